/** Where an audit's evidence goes: asked about before anything takes its time, and written as a whole or not at all. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { OutputFolder } from "../../../cli/audit/outputFolder";

const names = ["evidence.json", "evidence.md"];
const scratch = () => mkdtempSync(path.join(os.tmpdir(), "slipway-output-"));

void describe("a folder for evidence", () => {
  void test("is made with those above it, and has the files and nothing else", async () => {
    const folder = path.join(scratch(), "a/b");
    const output = await OutputFolder.prepare(folder, names);
    assert.deepEqual(readdirSync(folder), []);
    await output.write({ "evidence.json": "{}", "evidence.md": "# Policies" });
    assert.deepEqual(readdirSync(folder).sort(), names);
    assert.equal(readFileSync(path.join(folder, "evidence.md"), "utf8"), "# Policies");
  });

  void test("takes new files in the place of those of before, and leaves others alone", async () => {
    const folder = scratch();
    writeFileSync(path.join(folder, "evidence.md"), "old");
    writeFileSync(path.join(folder, "mine.txt"), "mine");
    await (await OutputFolder.prepare(folder, names)).write({ "evidence.md": "new" });
    assert.equal(readFileSync(path.join(folder, "evidence.md"), "utf8"), "new");
    assert.deepEqual(readdirSync(folder).sort(), ["evidence.md", "mine.txt"]);
  });

  for (const [what, prepared, message] of [
    ["no name", () => "", /^--output is empty; name a folder/],
    ["a file", (root) => path.join(root, "file"), /file: is a file; name a folder/],
    ["below a file", (root) => path.join(root, "file/x/y"), /file\/x\/y: is below a file; name/],
    [
      "where nobody can write",
      () => "/proc/slipway",
      /^--output \/proc\/slipway: .*; name a folder/,
    ],
    [
      "with a folder in a file's place",
      (root) => root,
      /evidence\.md in it is a folder, where a file is to be written; remove it/,
    ],
  ] satisfies readonly (readonly [string, (root: string) => string, RegExp])[]) {
    void test(`is refused: ${what}`, async () => {
      const root = scratch();
      writeFileSync(path.join(root, "file"), "");
      mkdirSync(path.join(root, "evidence.md"));
      await assert.rejects(OutputFolder.prepare(prepared(root), names), { message });
      assert.deepEqual(readdirSync(root).sort(), ["evidence.md", "file"]);
    });
  }

  void test("that is gone meanwhile is told, and nothing is written", async () => {
    const folder = path.join(scratch(), "a");
    const output = await OutputFolder.prepare(folder, names);
    rmSync(folder, { recursive: true });
    await assert.rejects(output.write({ "evidence.md": "x" }), {
      message: /^nothing was written to .*a: /,
    });
  });
});
