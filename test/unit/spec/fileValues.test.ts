import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { fileValues, type ComposeProject } from "../../../components/spec";

const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-files-"));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});
const file = path.join(folder, "settings");
writeFileSync(file, "from a file");

const project = (objects: Partial<ComposeProject>): ComposeProject => ({
  name: "shop",
  services: {},
  ...objects,
});
const plain = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(values).map(([key, data]) => [key, Buffer.from(data, "base64").toString()]),
  );

describe("what configs and secrets bring along", () => {
  test("comes from a file, from the text itself, or from a variable", () => {
    const { configs, secrets, findings } = fileValues(
      project({
        configs: {
          a: { name: "shop_a", file },
          b: { name: "shop_b", content: "text" },
          c: { name: "c", external: true },
        },
        secrets: { d: { name: "shop_d", environment: "KEY" } },
      }),
      { KEY: "secret" },
    );
    assert.deepEqual(plain(configs), { a: "from a file", b: "text" });
    assert.deepEqual(plain(secrets), { d: "secret" });
    assert.deepEqual(findings, []);
  });

  test("is told where it can't be had, all at once", () => {
    const { findings } = fileValues(
      project({
        configs: {
          gone: { name: "x", file: path.join(folder, "gone") },
          folder: { name: "x", file: folder },
          large: { name: "x", content: "x".repeat(1001 * 1024) },
        },
        secrets: { unset: { name: "x", environment: "NOT_SET" } },
      }),
      {},
    );
    const found = findings.map(({ path: at, message }) => `${at.join(".")}: ${message}`);
    assert.equal(found.length, 4);
    assert.match(found[0] ?? "", /^configs\.gone\.file: \S+ can't be read: there is no such file/);
    assert.match(found[1] ?? "", /^configs\.folder\.file: \S+ can't be read: it is a folder/);
    assert.match(found[2] ?? "", /^configs\.large: has 1001 KiB, and Swarm takes 1000/);
    assert.match(
      found[3] ?? "",
      /^secrets\.unset\.environment: takes the variable NOT_SET.*slipway:secrets\.NOT_SET/,
    );
  });
});
