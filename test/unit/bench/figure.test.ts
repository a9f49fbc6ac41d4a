import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { median, render } from "../../bench/support/figure";

describe("a figure", () => {
  test("is one line of JSON, with the ratio to the peer", () => {
    assert.equal(
      render({ name: "machines/10/up/wall", ours: 12.3456, peer: 10, unit: "s" }),
      '{"name":"machines/10/up/wall","ours":12.35,"peer":10,"ratio":1.235,"unit":"s"}',
    );
  });

  test("has no ratio without a peer", () => {
    assert.equal(render({ name: "x", ours: 1, unit: "s" }), '{"name":"x","ours":1,"unit":"s"}');
  });

  test("of several runs is the one in the middle", () => {
    assert.equal(median([9, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 9]), 3);
    assert.throws(() => median([]), /no measurement/);
  });
});
