import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { loadCluster, parseCluster } from "../../../components/spec";
import { fixtures } from "./golden";
import { readFileSync } from "node:fs";

const folder = mkdtempSync(path.join(tmpdir(), "slipway-spec-"));
after(() => {
  rmSync(folder, { recursive: true });
});

const least = readFileSync(path.join(fixtures, "good/least.yml"), "utf8");

function written(name: string, content: string | Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe("a file that can't be read", () => {
  test("is named when it is missing", () => {
    assert.throws(() => loadCluster("no/such/cluster.yml"), {
      message: "no/such/cluster.yml:1:1 can't be read: there is no such file; check the path",
    });
  });

  test("is named when it is a folder", () => {
    assert.throws(() => loadCluster(folder), {
      message: `${folder}:1:1 can't be read: it is a folder; name the file in it`,
    });
  });

  test("is refused at 10 MB, before it is parsed", () => {
    const file = written("large.yml", Buffer.alloc(10_000_000, "a: b\n"));
    assert.throws(() => loadCluster(file), { message: /is 9\.5 MiB large; .* at most 1 MiB/ });
  });
});

describe("a file from another system", () => {
  test("with Windows line ends loads, and problems keep their places", () => {
    const crlf = least.replaceAll("\n", "\r\n");
    assert.equal(parseCluster("c.yml", crlf).spec.name, "shop");
    assert.throws(() => parseCluster("c.yml", crlf.replace("count: 1", "count: 2")), {
      message: /^c\.yml:16:12 nodePools\.managers\.count: must be odd/,
    });
  });

  test("with a byte order mark loads", () => {
    const file = written("bom.yml", `\uFEFF${least}`);
    assert.equal(loadCluster(file).spec.name, "shop");
  });
});

describe("hostile YAML ends in a plain error", () => {
  const hostile: readonly [string, string][] = [
    ["a million brackets", "[".repeat(1_000_000)],
    ["a million braces", "{a: ".repeat(250_000)],
    ["deep compact lists", "- ".repeat(100_000)],
    ["deep indentation", Array.from({ length: 800 }, (_, i) => `${" ".repeat(i)}a:\n`).join("")],
    ["a key of 100 000 characters", `${"k".repeat(100_000)}: 1\n`],
    ["control characters", "name: \u0000\u0001\u0002\n"],
    ["a prototype", "__proto__: { kind: Cluster }\nconstructor: 1\n"],
    ["a merge of a number", "<<: 3\nkind: Cluster\n"],
    ["a merge of a list of numbers", "kind: Cluster\naccess: { <<: [{ user: ops }, 3] }\n"],
    ["an alias that multiplies", `a: &a [1,2]\n${"b: [*a]\n".repeat(3)}`],
  ];
  for (const [name, text] of hostile) {
    test(name, () => {
      assert.throws(() => parseCluster("c.yml", text), { name: "SpecError" });
    });
  }
});
