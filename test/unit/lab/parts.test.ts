import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, test } from "node:test";
import { parseSimulation } from "../../../lab/parts/apt";
import { cachedPart, parseWorkName } from "../../../lab/parts/cache";

describe("packages", () => {
  test("dependencies that this machine lacks are those that apt would install", () => {
    const text = `Reading package lists...
Inst runc (1.1.5 Debian:12.11/oldstable [amd64])
Inst libnftnl11 (1.2.4-2 Debian:12.11/oldstable [amd64])
Conf runc (1.1.5 Debian:12.11/oldstable [amd64])
`;
    assert.deepEqual(parseSimulation(text), ["runc", "libnftnl11"]);
    assert.deepEqual(parseSimulation("Nothing to do"), []);
  });
});

describe("the cache", () => {
  let cache = "";
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "slipway-cache-"));
    process.env.XDG_CACHE_HOME = cache;
  });
  const shelf = () => join(cache, "slipway", "lab", "part");
  const build = (built: string[], what: string) => (folder: string) => {
    built.push(what);
    writeFileSync(join(folder, "file"), what);
    return Promise.resolve();
  };

  test("a part is built once for the same inputs, and anew for others", async () => {
    const built: string[] = [];
    const first = await cachedPart("part", "aa", build(built, "first"));
    assert.equal(await cachedPart("part", "aa", build(built, "again")), first);
    await cachedPart("part", "bb", build(built, "other"));
    assert.deepEqual(built, ["first", "other"]);
  });

  test("a failed build leaves nothing that could be taken for a part", async () => {
    await assert.rejects(
      cachedPart("part", "aa", (folder) => {
        writeFileSync(join(folder, "half"), "");
        return Promise.reject(new Error("no network"));
      }),
      /no network/,
    );
    const built: string[] = [];
    await cachedPart("part", "aa", build(built, "whole"));
    assert.deepEqual(built, ["whole"]);
  });

  test("what a killed build has left is removed", async () => {
    const left = join(shelf(), ".building-aa-1-1-anotherboot");
    mkdirSync(left, { recursive: true });
    await cachedPart("part", "aa", build([], "part"));
    assert.ok(!existsSync(left));
  });

  test("versions that nobody uses any more go, but for the last", async () => {
    for (const [minute, key] of ["aa", "bb", "cc"].entries()) {
      const used = new Date(Date.now() - (60 - minute) * 60_000);
      utimesSync(await cachedPart("part", key, build([], key)), used, used);
    }
    assert.ok(!existsSync(join(shelf(), "aa")));
    assert.ok(existsSync(join(shelf(), "bb")));
  });

  test("a work folder says who builds in it", () => {
    assert.deepEqual(parseWorkName(".building-ab12-42-99-4f1e-b"), {
      key: "ab12",
      builder: { pid: 42, started: "99", boot: "4f1e-b" },
    });
    assert.equal(parseWorkName("ab12"), undefined);
  });
});
