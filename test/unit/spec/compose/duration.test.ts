import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  goDuration,
  parseComposeDuration,
} from "../../../../components/spec/compose/canonical/duration";

describe("a duration is written as Go does", () => {
  const cases: readonly [string, string][] = [
    ["0", "0s"],
    ["0s", "0s"],
    ["10s", "10s"],
    ["90s", "1m30s"],
    ["1m30s", "1m30s"],
    ["60m", "1h0m0s"],
    ["1h5s", "1h0m5s"],
    ["1.5h", "1h30m0s"],
    [".5s", "500ms"],
    ["1500ms", "1.5s"],
    ["1us", "1µs"],
    ["1µs", "1µs"],
    ["1500ns", "1.5µs"],
    ["12ns", "12ns"],
    ["2d", "48h0m0s"],
    ["1w", "168h0m0s"],
    ["1s1s", "2s"],
  ];
  for (const [text, expected] of cases) {
    test(`${text} is ${expected}`, () => {
      const nanoseconds = parseComposeDuration(text) ?? assert.fail("is no duration");
      assert.equal(goDuration(nanoseconds), expected);
    });
  }
});

describe("what is no duration is not taken for one", () => {
  for (const text of ["", "10", "s", "1x", "1 s", "-1s", "1.", ".s", "1s2"]) {
    test(JSON.stringify(text), () => {
      assert.equal(parseComposeDuration(text), undefined);
    });
  }
});
