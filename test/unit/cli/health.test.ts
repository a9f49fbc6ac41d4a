import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { judgeSwarm, type NodeView, type ServiceView } from "../../../cli/roll/swarm/health";

const manager = (n: number, changed: Partial<NodeView> = {}): NodeView => ({
  hostname: `m${n}`,
  role: "manager",
  state: "ready",
  reachability: "reachable",
  ...changed,
});
const worker: NodeView = { hostname: "w0", role: "worker", state: "ready" };
const well = [manager(0), manager(1), manager(2), worker];
const service = (running: number, desired = 2): ServiceView => ({ name: "web", running, desired });

const nodeCases: readonly [string, readonly NodeView[], number, readonly string[]][] = [
  ["is well when all nodes are ready and all managers reachable", well, 4, []],
  [
    "waits for a node that is down",
    [...well.slice(0, 3), { ...worker, state: "down" }],
    4,
    ["node w0 is down"],
  ],
  [
    "waits for a manager that is not reachable",
    [manager(0), manager(1), manager(2, { reachability: "unreachable" })],
    3,
    ["manager m2 is unreachable"],
  ],
  ["waits while there is a node too many", well, 3, ["the Swarm has 4 nodes, the Pulumi stack 3"]],
  [
    "tells that quorum is lost",
    [manager(0), manager(1, { state: "down", reachability: "unreachable" })],
    2,
    ["node m1 is down", "quorum: 1 of 2 managers are reachable, 2 are needed"],
  ],
];

describe("health of a Swarm between two machines", () => {
  for (const [title, nodes, expected, problems] of nodeCases) {
    test(title, () => {
      assert.deepEqual(judgeSwarm({ nodes, services: [] }, expected, undefined), problems);
    });
  }

  test("waits for a service that was whole before", () => {
    const before = { nodes: well, services: [service(2)] };
    assert.deepEqual(judgeSwarm({ nodes: well, services: [service(1)] }, 4, before), [
      "service web runs 1 of 2 tasks",
    ]);
  });

  test("waits for a service that has come since", () => {
    const before = { nodes: well, services: [] };
    assert.deepEqual(judgeSwarm({ nodes: well, services: [service(0)] }, 4, before), [
      "service web runs 0 of 2 tasks",
    ]);
  });

  test("does not wait for a service that was broken before", () => {
    const before = { nodes: well, services: [service(1)] };
    assert.deepEqual(judgeSwarm({ nodes: well, services: [service(0)] }, 4, before), []);
  });

  test("does not let a broken service keep a roll from beginning", () => {
    assert.deepEqual(judgeSwarm({ nodes: well, services: [service(0)] }, 4, undefined), []);
  });
});
