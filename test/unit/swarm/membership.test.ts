import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LocalState } from "../../../provider/swarm/managers";
import { judgeMembership, type KnownAs } from "../../../provider/swarm/membership";

function judge(local: Partial<LocalState>, knownAs: KnownAs = "unknown") {
  return judgeMembership(
    "workers-0",
    "ours",
    { state: "inactive", nodeId: "", isManager: false, error: "", ...local },
    knownAs,
  );
}

void describe("a host that shall be a member", () => {
  void test("joins when it is in no Swarm", () => {
    assert.deepEqual(judge({}), { kind: "join" });
  });

  void test("is adopted when it is a member already, in either role", () => {
    const local = { state: "active", nodeId: "n1" } as const;
    assert.deepEqual(judge(local, "worker"), { kind: "member", nodeId: "n1" });
    assert.deepEqual(judge({ ...local, isManager: true, clusterId: "ours" }, "manager"), {
      kind: "member",
      nodeId: "n1",
    });
  });

  void test("joins anew after a join that was cut off before any manager let it in", () => {
    assert.deepEqual(judge({ state: "pending" }), { kind: "rejoin" });
    assert.deepEqual(judge({ state: "error", error: "no route" }), { kind: "rejoin" });
  });

  void test("joins anew, and its former node goes, when it cannot use its membership", () => {
    for (const state of ["pending", "error"] as const)
      assert.deepEqual(judge({ state, nodeId: "n1" }, "manager"), {
        kind: "rejoin",
        formerNodeId: "n1",
      });
  });

  const refusals: [
    title: string,
    local: Partial<LocalState>,
    knownAs: KnownAs,
    expected: RegExp,
  ][] = [
    [
      "is a worker of another Swarm",
      { state: "active", nodeId: "x" },
      "unknown",
      /another Swarm \(node x; it is a worker/,
    ],
    [
      "is a manager of another Swarm",
      { state: "active", nodeId: "x", isManager: true, clusterId: "theirs" },
      "unknown",
      /another Swarm/,
    ],
    [
      "was a member of another Swarm that has failed",
      { state: "error", nodeId: "x", error: "lost" },
      "unknown",
      /another Swarm.*lost/,
    ],
    ["is locked", { state: "locked" }, "unknown", /docker swarm unlock/],
  ];
  for (const [title, local, knownAs, expected] of refusals) {
    void test(`is left alone, with an error that names it, when it ${title}`, () => {
      assert.throws(() => judge(local, knownAs), expected);
      assert.throws(() => judge(local, knownAs), /^Error: workers-0: /);
    });
  }
});
