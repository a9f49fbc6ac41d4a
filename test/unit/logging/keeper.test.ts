/** The script that enforces the retention: run by this machine's shell, against a curl of these tests. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { keeperCurl, keeperScript } from "../../../components/logging/store/keeper";
import { waitUntil } from "../../../lab/host/process";

const day = 24 * 3600 * 1000;
const dayName = (ago: number) =>
  new Date(Date.now() - ago * day).toISOString().slice(0, 10).replaceAll("-", ".");

interface Kept {
  /** Bytes by index. */
  readonly indexes: Readonly<Record<string, number>>;
  readonly retention: { readonly hours: number; readonly sizeMiB?: number };
  /** What curl ends with. Default 0. */
  readonly code?: number;
}

/** What the script removes in one look, and what it says. */
async function look({ indexes, retention, code = 0 }: Kept) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-keeper-"));
  const file = (name: string) => path.join(folder, name);
  try {
    const stats = Object.fromEntries(
      Object.entries(indexes).map(([name, bytes]) => [
        name,
        { total: { store: { size_in_bytes: bytes } } },
      ]),
    );
    writeFileSync(file("answer"), JSON.stringify({ indices: stats }));
    writeFileSync(file("deleted"), "");
    writeFileSync(
      file("curl"),
      `#!/bin/sh\nfor last; do :; done\ncase "$4" in GET) cat ${file("answer")} ;; DELETE) echo "\${last##*/}" >>${file("deleted")} ;; esac\nexit ${code}\n`,
    );
    chmodSync(file("curl"), 0o755);
    // One look, and what comes after it is the sign that it is over.
    const script = keeperScript("lab", retention, "/keeper.curl")
      .replaceAll("/tmp/", `${folder}/`)
      .replace(/sleep \d+ &/, `: >${file("looked")}; sleep 1 &`);
    writeFileSync(file("keeper.sh"), script);
    const child = spawn("sh", [file("keeper.sh")], {
      env: { PATH: `${folder}:${process.env.PATH ?? ""}` },
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise((resolve) => child.once("close", resolve));
    const looked = await waitUntil(() => existsSync(file("looked")), 10_000, 20);
    process.kill(-(child.pid ?? assert.fail("the script did not start")), "SIGTERM");
    await ended;
    assert.ok(looked, said);
    const removed = readFileSync(file("deleted"), "utf8").trim();
    return { removed: removed === "" ? [] : removed.split("\n"), said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const index = (ago: number) => `slipway-logs-lab.${dayName(ago)}`;
const mebibyte = 1024 * 1024;

void describe("retention of the store", () => {
  void test("removes days whose newest line is too old, whenever their index was made", async () => {
    const { removed, said } = await look({
      indexes: { [index(0)]: 5, [index(1)]: 5, [index(2)]: 5, [index(3)]: 5, [index(4000)]: 5 },
      retention: { hours: 48, sizeMiB: 1000 },
    });
    assert.deepEqual(removed, [index(4000), index(3)]);
    assert.match(said, /"level":"info","msg":"removed .* with 5 bytes: too old"/);
  });

  void test("removes the oldest days where all take too much room, and never the newest", async () => {
    const { removed } = await look({
      indexes: {
        [index(2)]: 2 * mebibyte,
        [index(1)]: 2 * mebibyte,
        [index(0)]: 9 * mebibyte,
      },
      retention: { hours: 1000, sizeMiB: 4 },
    });
    assert.deepEqual(removed, [index(2), index(1)]);
    const some = await look({
      indexes: { [index(2)]: 2 * mebibyte, [index(1)]: mebibyte, [index(0)]: mebibyte },
      retention: { hours: 1000, sizeMiB: 2 },
    });
    assert.deepEqual(some.removed, [index(2)]);
  });

  void test("removes nothing else, and nothing where there is nothing", async () => {
    const { removed } = await look({
      indexes: {
        "slipway-logs-lab.something": 5,
        "slipway-logs-labs.2020.01.01": 5,
        "slipway-logs-lab-2020.01.01": 5,
        ".opendistro_security": 5,
      },
      retention: { hours: 24, sizeMiB: 1 },
    });
    assert.deepEqual(removed, []);
    assert.deepEqual((await look({ indexes: {}, retention: { hours: 24 } })).removed, []);
  });

  void test("removes nothing where the store does not answer, and says so", async () => {
    const { removed, said } = await look({
      indexes: { [index(4000)]: 5 },
      retention: { hours: 24, sizeMiB: 1 },
      code: 22,
    });
    assert.deepEqual(removed, []);
    assert.match(said, /"level":"error","msg":"the store could not be asked"/);
  });

  void test("gives curl its password in a file", () => {
    const config = keeperCurl("seed", "/ca.pem", "logging-opensearch");
    assert.match(config, /^user = "slipway-keeper:[\w-]{43}"$/m);
    assert.match(config, /^connect-to = "logging-store:9200:logging-opensearch:9200"$/m);
    assert.doesNotMatch(keeperScript("lab", { hours: 24 }, "/keeper.curl"), /user|password/);
  });
});
