import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { interpolate } from "../../../components/spec/interpolation";

const variables = { NAME: "shop", EMPTY: "", A: "1", B: "2" };

describe("variables are replaced as the Compose Specification has it", () => {
  const cases: readonly [string, string][] = [
    ["plain", "plain"],
    ["$NAME", "shop"],
    ["${NAME}", "shop"],
    ["a-${NAME}-b-$A.$B", "a-shop-b-1.2"],
    ["$$NAME", "$NAME"],
    ["$$$NAME", "$shop"],
    ["${EMPTY}", ""],
    ["${EMPTY:-x}", "x"],
    ["${EMPTY-x}", ""],
    ["${NONE-x}", "x"],
    ["${NONE:-x}", "x"],
    ["${NONE:-}", ""],
    ["${NAME:-x}", "shop"],
    ["${NONE:-${NAME}}", "shop"],
    ["${NONE:-${ALSO_NONE:-deep}}!", "deep!"],
    ["${NONE:-a:b}", "a:b"],
    ["${NAME:+yes}", "yes"],
    ["${EMPTY:+yes}", ""],
    ["${EMPTY+yes}", "yes"],
    ["${NONE+yes}", ""],
    ["${NAME:+${A}}", "1"],
    ["${NAME:?needed}", "shop"],
    ["${EMPTY?needed}", ""],
  ];
  for (const [template, expected] of cases) {
    test(`${template} is "${expected}"`, () => {
      assert.deepEqual(interpolate(template, variables), { text: expected, issues: [] });
    });
  }
});

describe("what can't be replaced is reported at its offset", () => {
  const cases: readonly [string, number, RegExp][] = [
    ["${NONE}", 0, /uses the variable NONE, which has no value/],
    ["ab$NONE", 2, /NONE/],
    ["${NONE:?say a name}", 0, /^needs the variable NONE: say a name$/],
    ["${EMPTY:?}", 0, /^needs the variable EMPTY: it has no value$/],
    ["${A:-${NONE}}x${NONE}", 14, /NONE/],
    ["${NONE:-${ALSO}}", 8, /ALSO/],
    ["x${NAME", 1, /`\${NAME` without its closing brace/],
    ["x${NAME:-a", 1, /`\${NAME` without its closing brace/],
    ["100$", 3, /starts no variable/],
    ["$1", 0, /starts no variable/],
    ["${}", 0, /starts no variable/],
  ];
  for (const [template, offset, message] of cases) {
    test(template, () => {
      const { issues } = interpolate(template, variables);
      assert.equal(issues.length, 1);
      assert.equal(issues[0]?.offset, offset);
      assert.match(issues[0].message, message);
    });
  }
});
