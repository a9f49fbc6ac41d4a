import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  demotionObjection,
  majorityOf,
  pauseObjection,
  quorumObjection,
  type Member,
} from "../../../provider/swarm/quorum";

/** `up` managers that answer and `down` ones that do not: m0, m1, …; and one worker, w0. */
function swarm(up: number, down: number): Member[] {
  const managers = Array.from({ length: up + down }, (_, index) => ({
    id: `m${index}`,
    hostname: `host-${index}`,
    isManager: true,
    isReachable: index < up,
  }));
  return [...managers, { id: "w0", hostname: "host-w", isManager: false, isReachable: true }];
}

void describe("quorum", () => {
  void test("a majority is more than half", () => {
    assert.deepEqual([1, 2, 3, 4, 5, 7].map(majorityOf), [1, 2, 2, 3, 3, 4]);
  });

  const removals: [up: number, down: number, out: string, expected: RegExp | undefined][] = [
    // A cluster that goes on purpose: each step leaves healthy managers only.
    [3, 0, "m0", undefined],
    [2, 0, "m0", undefined],
    [1, 0, "m0", undefined],
    [5, 0, "m4", undefined],
    [7, 2, "m0", undefined],
    // A dead one may go wherever the rest decides without it.
    [2, 1, "m2", undefined],
    [3, 1, "m3", undefined],
    [3, 2, "m3", undefined],
    [4, 3, "m6", undefined],
    // A healthy one must not go while it is needed.
    [2, 1, "m0", /would lose its quorum: 2 of 3 managers are reachable, 1 of 2 would be.*host-2/s],
    [3, 2, "m0", /2 of 4 would be.*Bring host-3, host-4 back, or remove it first/s],
    [3, 1, "m0", undefined],
    [4, 2, "m0", undefined],
    [4, 1, "m0", undefined],
    // Nobody decides anything any more.
    [1, 1, "m0", /no quorum: 1 of 2/],
    [1, 2, "m2", /no quorum: 1 of 3/],
    [2, 2, "m3", /no quorum: 2 of 4/],
    // Workers do not decide.
    [1, 0, "w0", undefined],
    [1, 2, "w0", undefined],
    [1, 0, "unknown", undefined],
  ];
  for (const [up, down, out, expected] of removals) {
    const verdict = expected === undefined ? "may go" : "stays";
    void test(`of ${up} managers up and ${down} down, ${out} ${verdict}`, () => {
      const objection = quorumObjection(swarm(up, down), out);
      if (expected === undefined) assert.equal(objection, undefined);
      else assert.match(objection ?? "nothing", expected);
    });
  }

  void test("the only manager is not demoted while it stays in the Swarm", () => {
    assert.match(demotionObjection(swarm(1, 0), "m0") ?? "", /only manager/);
    assert.equal(demotionObjection(swarm(2, 0), "m0"), undefined);
    assert.match(demotionObjection(swarm(2, 1), "m1") ?? "", /lose its quorum/);
  });

  const pauses: [up: number, down: number, paused: string, allowed: boolean][] = [
    [3, 0, "m0", true],
    [1, 0, "m0", true],
    [1, 0, "w0", true],
    [3, 1, "m0", false],
    [4, 1, "m0", true],
    [2, 0, "m0", false],
    [2, 1, "m0", false],
    [3, 2, "m0", false],
    [2, 1, "m2", true],
  ];
  for (const [up, down, paused, allowed] of pauses) {
    void test(`of ${up} managers up and ${down} down, ${paused} ${allowed ? "may" : "must not"} stop for a while`, () => {
      assert.equal(pauseObjection(swarm(up, down), paused) === undefined, allowed);
    });
  }
});
