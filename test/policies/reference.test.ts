import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { policiesReference, referenceFile } from "../../policies/reference";
import { rules } from "../../policies/rules";
import { assertGolden } from "../unit/spec/golden";

test("docs/reference/policies.md is what the rules say", async () => {
  assertGolden(referenceFile, await policiesReference());
});

test("every rule has an id of its own that stays, one file, and its words", () => {
  const ids = rules.map(({ id }) => id);
  assert.deepEqual([...new Set(ids)], ids);
  for (const { id, title, rationale, remedy, references } of rules) {
    assert.match(id, /^SLW-(APP|VM|CLU|STK)-\d{3}$/);
    for (const text of [title, rationale, remedy]) assert.ok(text.length > 10, id);
    assert.ok(references.length > 0, id);
  }
});

test("the recipe for CI is in the guide as it is in the file", () => {
  const root = path.join(__dirname, "../..");
  const recipe = readFileSync(path.join(root, "docs/ci/policies.gitlab-ci.yml"), "utf8");
  const guide = readFileSync(path.join(root, "docs/policies.md"), "utf8");
  assert.ok(guide.includes(recipe.trim()), "copy it into docs/policies.md");
});
