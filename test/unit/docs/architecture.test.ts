import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { architectureSvg } from "../../../docs/generate";

void test("the committed architecture picture is the one its source draws", async () => {
  const committed = await readFile(
    path.resolve(__dirname, "../../../docs/architecture.svg"),
    "utf8",
  );
  assert.equal(committed, await architectureSvg(), "run `npm run docs`");
});
