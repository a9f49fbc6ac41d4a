import assert from "node:assert/strict";
import { mkdir, readdir, stat } from "node:fs/promises";
import { afterEach, beforeEach, describe, test } from "node:test";
import { withoutEngineLogs } from "../../../tools";
import { Sandbox } from "./support/sandbox";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.create();
});
afterEach(() => sandbox.remove());

describe("a Pulumi home without logs of the engine", () => {
  test("has no folder for them, and none can be made", async () => {
    withoutEngineLogs(sandbox.path("home"));
    await assert.rejects(mkdir(sandbox.path("home/logs"), { recursive: true }), { code: "EEXIST" });
  });

  test("keeps those that are there", async () => {
    await mkdir(sandbox.path("home/logs/old"), { recursive: true });
    withoutEngineLogs(sandbox.path("home"));
    assert.ok((await stat(sandbox.path("home/logs"))).isDirectory());
    assert.deepEqual(await readdir(sandbox.path("home/logs")), ["old"]);
  });
});
