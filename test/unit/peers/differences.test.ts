import assert from "node:assert/strict";
import { test } from "node:test";
import { type Outcome, differences } from "./differences";

const cases: readonly [title: string, theirs: unknown, ours: unknown, found: string[]][] = [
  ["equal projects", { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
  ["an order of keys that differs", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ["a value", { a: { b: "1" } }, { a: { b: 1 } }, ['a.b: "1" / 1']],
  ["a value that is missing", { a: {} }, { a: { b: false } }, ["a.b: absent / false"]],
  ["null and nothing", { a: null }, {}, ["a: null / absent"]],
  ["lists by their entries", { a: [1, 2] }, { a: [1, 3] }, ["a[1]: 2 / 3"]],
  ["lists of two lengths as a whole", { a: [1] }, { a: [1, 2] }, ["a: [1] / [1,2]"]],
  ["a list and a mapping", { a: [] }, { a: {} }, ["a: [] / {}"]],
];

for (const [title, theirs, ours, found] of cases) {
  test(`compares ${title}`, () => {
    assert.deepEqual(
      differences("case", { project: theirs }, { project: ours }).map(
        (one) => `${one.path}: ${one.theirs} / ${one.ours}`,
      ),
      found,
    );
  });
}

test("compares who loads a case, and not the words of errors", () => {
  const loads: Outcome = { project: {} };
  const fails: Outcome = { error: "no" };
  assert.deepEqual(differences("case", fails, { error: "other words" }), []);
  assert.deepEqual(differences("case", loads, fails), [
    { case: "case", path: "", theirs: "loads", ours: "error: no" },
  ]);
});
