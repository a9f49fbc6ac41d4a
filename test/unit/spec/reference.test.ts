import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { clusterReference, referenceFile } from "../../../components/spec/reference";

test("docs/reference/cluster.md is what the schema says today", async () => {
  assert.equal(
    readFileSync(referenceFile, "utf8"),
    await clusterReference(),
    "run `node --require tsx/cjs components/spec/reference.ts`",
  );
});
