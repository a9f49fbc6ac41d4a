import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isPassing } from "../../../provider/swarm/errors";
import {
  drainedSpec,
  membersOf,
  restoredSpec,
  userLabels,
  type NodeSpec,
} from "../../../provider/swarm/nodes";
import { swarmDifferences } from "../../../provider/swarm/swarmDifferences";
import { node } from "./support/nodes";

const spec = (Availability: NodeSpec["Availability"], Labels = {}): NodeSpec => ({
  Role: "worker",
  Availability,
  Labels: { zone: "a", ...Labels },
});

void describe("a node that is drained for a while", () => {
  for (const before of ["active", "pause", "drain"] as const) {
    void test(`gets "${before}" back, and no trace of it stays`, () => {
      assert.equal(drainedSpec(spec(before)).Availability, "drain");
      assert.deepEqual(restoredSpec(drainedSpec(spec(before))), spec(before));
    });
  }

  void test("gets back what it had before a run that was cut off, not that run's drain", () => {
    const cutOff = drainedSpec(spec("active"));
    assert.deepEqual(restoredSpec(drainedSpec(cutOff)), spec("active"));
  });

  void test("is left alone when somebody else drained it", () => {
    assert.deepEqual(restoredSpec(spec("drain")), spec("drain"));
  });

  void test("shows its user none of the provider's own labels", () => {
    const labels = { "slipway.machine": "workers-0", "slipway.vm": "uuid", zone: "a" };
    assert.deepEqual(userLabels({ ...labels, "slipway.drained-from": "active" }), { zone: "a" });
  });
});

void describe("members", () => {
  void test("a manager counts when Raft reaches it and its engine is ready", () => {
    const reachable = (options: Parameters<typeof node>[1]) =>
      membersOf([node("n", options)])[0]?.isReachable;
    assert.equal(reachable({ role: "manager" }), true);
    assert.equal(reachable({ role: "manager", state: "down" }), false);
    assert.equal(reachable({ role: "manager", reachability: "unreachable" }), false);
    assert.equal(reachable({ state: "ready" }), true);
    assert.equal(reachable({ state: "down" }), false);
  });
});

void describe("failures that pass", () => {
  const engine = (statusCode: number, text: string) =>
    Object.assign(new Error(`(HTTP code ${statusCode}) ${text}`), { statusCode });
  const cases: [title: string, error: unknown, passes: boolean][] = [
    [
      "no leader",
      engine(500, "rpc error: code = Unknown desc = The swarm does not have a leader."),
      true,
    ],
    [
      "a slow election",
      engine(500, "rpc error: code = DeadlineExceeded desc = context deadline exceeded"),
      true,
    ],
    [
      "a manager that is none any more",
      engine(503, "This node is not a swarm manager. Worker nodes can't be used"),
      true,
    ],
    ["a connection that broke", Object.assign(new Error("read"), { code: "ECONNRESET" }), true],
    ["a refusal", engine(400, "attempting to demote the last manager of the swarm"), false],
    ["not found", engine(404, "node x not found"), false],
    [
      "a stale version",
      engine(500, "rpc error: code = Unknown desc = update out of sequence"),
      false,
    ],
    ["a mistake of ours", new TypeError("x is not a function"), false],
  ];
  for (const [title, error, passes] of cases) {
    void test(`${title} is ${passes ? "asked again" : "final"}`, () => {
      assert.equal(isPassing(error), passes);
    });
  }
});

void describe("a Swarm that was found", () => {
  const found = { addressPool: ["10.0.0.0/8"], subnetSize: 24, dataPathPort: 4789 };

  void test("is what was asked for when nothing else was asked for", () => {
    assert.deepEqual(swarmDifferences({ ...found, addressPool: [] }, found), []);
    assert.deepEqual(swarmDifferences(found, found), []);
  });

  void test("has its pools in any order", () => {
    const two = { ...found, addressPool: ["10.1.0.0/16", "10.0.0.0/16"] };
    assert.deepEqual(
      swarmDifferences({ ...two, addressPool: [...two.addressPool].reverse() }, two),
      [],
    );
  });

  void test("is told apart with both values", () => {
    assert.deepEqual(
      swarmDifferences(
        { addressPool: ["172.20.0.0/14"], subnetSize: 26, dataPathPort: 4789 },
        found,
      ),
      ["addressPool 10.0.0.0/8 (wanted: 172.20.0.0/14)", "subnetSize 24 (wanted: 26)"],
    );
  });
});
