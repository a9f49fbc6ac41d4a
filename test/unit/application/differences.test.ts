import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  changedPath,
  propertyPath,
  valueDifferences,
  withPart,
} from "../../../provider/application/differences";
import { unknown } from "../../../provider/server/unknown";

const cases: readonly [string, unknown, unknown, readonly object[]][] = [
  ["nothing where nothing differs", { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ["nothing between absent, null and empty", { a: null, c: {} }, { b: [], d: undefined }, []],
  ["the order of names is no difference", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  [
    "a value, at its place",
    { a: { b: 1 } },
    { a: { b: 2 } },
    [{ path: ["a", "b"], before: 1, after: 2 }],
  ],
  [
    "what came and what went",
    { a: 1 },
    { b: 2 },
    [
      { path: ["a"], before: 1 },
      { path: ["b"], after: 2 },
    ],
  ],
  [
    "zero, false and the empty text are values",
    { a: 0, b: false, c: "" },
    {},
    [
      { path: ["a"], before: 0 },
      { path: ["b"], before: false },
      { path: ["c"], before: "" },
    ],
  ],
  [
    "a list of texts as a whole",
    ["a", "b"],
    ["a", "c"],
    [{ path: [], before: ["a", "b"], after: ["a", "c"] }],
  ],
  [
    "the place in a list of mappings",
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: 3 }],
    [{ path: [1, "a"], before: 2, after: 3 }],
  ],
  [
    "a list of mappings of another length as a whole",
    [{ a: 1 }],
    [{ a: 1 }, { a: 2 }],
    [{ path: [], before: [{ a: 1 }], after: [{ a: 1 }, { a: 2 }] }],
  ],
  [
    "a value of another kind as a whole",
    { a: [1] },
    { a: { b: 1 } },
    [{ path: ["a"], before: [1], after: { b: 1 } }],
  ],
  [
    "what is not known yet",
    { a: { b: 1 } },
    { a: { b: unknown } },
    [{ path: ["a", "b"], before: 1, after: unknown }],
  ],
];

describe("two values differ in", () => {
  for (const [name, before, after, expected] of cases)
    test(name, () => {
      assert.deepEqual(valueDifferences(before, after), expected);
    });
});

describe("a part of a value", () => {
  const value = { a: { b: [{ c: 1 }, { c: 2 }] }, d: 3 };

  test("is replaced, and the value itself stays as it is", () => {
    assert.deepEqual(withPart(value, ["a", "b", 1, "c"], 9), {
      a: { b: [{ c: 1 }, { c: 9 }] },
      d: 3,
    });
    assert.equal(value.a.b[1]?.c, 2);
  });

  test("is added with what leads to it", () => {
    assert.deepEqual(withPart({}, ["a", "b"], 1), { a: { b: 1 } });
  });

  test("is taken away", () => {
    assert.deepEqual(withPart(value, ["a"], undefined), { d: 3 });
    assert.deepEqual(withPart(value, ["x"], undefined), value);
  });

  test("of a list item that is not there leaves the value alone", () => {
    assert.deepEqual(withPart({ a: [{ b: 1 }] }, ["a", 4, "b"], 2), { a: [{ b: 1 }] });
    assert.deepEqual(withPart({}, ["a", 0, "b"], 2), {});
  });

  test("is the whole value where the path is empty", () => {
    assert.equal(withPart(value, [], 7), 7);
  });

  test("put back undoes each difference that was found", () => {
    const before = { a: { b: [{ c: 1 }], x: "y" }, e: ["1"] };
    const after = { a: { b: [{ c: 2 }] }, e: ["1", "2"], f: 5 };
    const restored = valueDifferences(before, after).reduce<unknown>(
      (current, difference) => withPart(current, difference.path, difference.before),
      after,
    );
    assert.deepEqual(restored, before);
  });
});

test("property paths are written as Pulumi does", () => {
  const paths: readonly [readonly (string | number)[], string][] = [
    [["spec", "Mounts", 0, "Source"], "spec.Mounts[0].Source"],
    [["spec", "Labels", "com.docker.stack.image"], 'spec.Labels["com.docker.stack.image"]'],
    [["a.b"], '["a.b"]'],
    [["spec", 'quo"te'], 'spec["quo\\"te"]'],
    [["with-dash"], "with-dash"],
  ];
  for (const [path, text] of paths) assert.equal(propertyPath(path), text);
});

test("a change is told as added, deleted or updated", () => {
  assert.deepEqual(changedPath({ path: ["a"], after: 1 }), {
    path: "a",
    kind: "added",
    isDrift: false,
  });
  assert.deepEqual(changedPath({ path: ["a"], before: 1 }, true), {
    path: "a",
    kind: "deleted",
    isDrift: true,
  });
  assert.equal(changedPath({ path: ["a"], before: 1, after: unknown }).kind, "updated");
});
