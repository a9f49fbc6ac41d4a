import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LocalState, Probe } from "../../../provider/swarm/managers";
import { placeOfBirth } from "../../../provider/swarm/placeOfBirth";

function probe(index: number, told: Partial<LocalState> | string): Probe {
  const endpoint = { machine: `managers-${index}`, address: `10.0.0.${index}` };
  if (typeof told === "string") return { endpoint, failure: told };
  return {
    endpoint,
    local: { state: "inactive", nodeId: "", isManager: false, error: "", ...told },
  };
}

const inactive = {};
const member = (clusterId: string) => ({
  state: "active" as const,
  nodeId: "n",
  isManager: true,
  clusterId,
});

void describe("whether a Swarm is initialised", () => {
  void test("on the first manager by name, when all say that they are in none", () => {
    const birth = placeOfBirth([probe(0, inactive), probe(1, inactive), probe(2, inactive)]);
    assert.equal(birth.kind === "initialise" && birth.probe.endpoint.machine, "managers-0");
  });

  void test("never when any manager is in one: it is adopted, whoever that is", () => {
    const birth = placeOfBirth([probe(0, inactive), probe(1, member("abc")), probe(2, "no route")]);
    assert.deepEqual(birth, { kind: "adopt", clusterId: "abc" });
  });

  const refusals: [title: string, probes: Probe[], expected: RegExp][] = [
    [
      "a manager cannot be asked",
      [probe(0, inactive), probe(1, "no answer from SSH")],
      /managers-1: no answer from SSH\nA manager that cannot be asked may be in a Swarm/,
    ],
    [
      "a manager is powered off",
      [probe(0, inactive), probe(1, "VM lab-managers-1-g1 is powered off: power it on")],
      /managers-1: VM lab-managers-1-g1 is powered off/,
    ],
    [
      "managers are in different Swarms",
      [probe(0, member("abc")), probe(1, member("xyz")), probe(2, member("abc"))],
      /different Swarms: managers-0, managers-2 in abc; managers-1 in xyz/,
    ],
    [
      "a Swarm has lost its leader",
      [probe(0, { state: "active", isManager: true }), probe(1, inactive)],
      /managers-0: it is a manager of a Swarm that has no leader\nThere is a Swarm already.*none is initialised/s,
    ],
    [
      "a manager is locked",
      [probe(0, { state: "locked" })],
      /managers-0: its Swarm state is locked/,
    ],
    [
      "a manager is a worker of some Swarm",
      [probe(0, { state: "active", nodeId: "n" })],
      /managers-0: it is a worker of a Swarm/,
    ],
    ["there is no manager", [], /has no manager/],
  ];
  for (const [title, probes, expected] of refusals) {
    void test(`not when ${title}`, () => {
      assert.throws(() => placeOfBirth(probes), expected);
    });
  }
});
