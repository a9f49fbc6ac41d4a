import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { machinesOf, nodesIn } from "../../../cli/machines";
import { parseState } from "../../../cli/pulumi/state";
import { recorded } from "./support/states";

const resource = {
  urn: "urn:pulumi:lab::slipway::slipway:index:Host::h",
  type: "slipway:index:Host",
};
const stateWith = (changed: object) => ({
  version: 3,
  deployment: { resources: [{ ...resource, ...changed }] },
});

describe("state of a Pulumi stack", () => {
  test("reads an empty deployment", () => {
    assert.deepEqual(parseState({ version: 3, deployment: {} }), {
      resources: [],
      pendingOperations: [],
    });
  });

  test("collects everything that a resource needs, once", () => {
    const [read] = parseState(
      stateWith({
        parent: "p",
        provider: "urn:x::pulumi:providers:slipway::lab::id-1",
        dependencies: ["d", "p"],
        propertyDependencies: { vmUuid: ["v"], none: null },
        deletedWith: "w",
      }),
    ).resources;
    assert.deepEqual(read?.needs, ["p", "w", "urn:x::pulumi:providers:slipway::lab", "d", "v"]);
  });

  const broken: readonly [string, unknown, RegExp][] = [
    ["no structure", [], /the state is no structure/],
    ["another version", { version: 2 }, /version must be 3; got 2/],
    [
      "resources that are no list",
      { version: 3, deployment: { resources: {} } },
      /resources is no list/,
    ],
    ["a resource without URN", stateWith({ urn: undefined }), /resources\[0\]\.urn is missing/],
    ["inputs that are no structure", stateWith({ inputs: [] }), /inputs is no structure/],
    [
      "a dependency that is no URN",
      stateWith({ dependencies: [1] }),
      /dependencies\[0\] is missing/,
    ],
    [
      "an unknown operation",
      { version: 3, deployment: { pending_operations: [{ type: "dancing", resource }] } },
      /pending_operations\[0\]\.type is no operation: "dancing"/,
    ],
  ];
  for (const [title, value, expected] of broken) {
    test(`refuses ${title}, naming the place`, () => {
      assert.throws(() => parseState(value), expected);
    });
  }
});

describe("machines of a recorded state", () => {
  test("are the machines with their VM, generation and what is stale", () => {
    const machines = machinesOf(recorded("stale"));
    assert.deepEqual(
      machines.map(({ name, pool, generation, vmName, staleFields, role, vm, unfinished }) => ({
        name,
        pool,
        generation,
        vmName,
        staleFields,
        role,
        vm: vm?.name,
        unfinished,
      })),
      [0, 1, 2].map((ordinal) => ({
        name: `managers-${ordinal}`,
        pool: "managers",
        generation: 1,
        vmName: `lab-managers-${ordinal}-g1`,
        staleFields: ["template"],
        role: "manager",
        vm: `lab-managers-${ordinal}-g1`,
        unfinished: false,
      })),
    );
  });

  test("have no VM before the first clone has ended", () => {
    for (const { vm } of machinesOf(recorded("killed-create"))) assert.equal(vm, undefined);
  });

  test("show a VM of the generation before where a roll ended before the new one was made", () => {
    const [half] = machinesOf(recorded("half-rolled"));
    assert.equal(half?.vmName, "lab-managers-0-g2");
    assert.equal(half.vm?.name, "lab-managers-0-g1");
    assert.deepEqual(half.staleFields, []);
  });

  test("take the new VM for the machine's own while the old one is still to be deleted", () => {
    const machine = machinesOf(recorded("unfinished")).find(({ name }) => name === "managers-1");
    assert.equal(machine?.unfinished, true);
    assert.equal(machine.vm?.name, "lab-managers-1-g2");
  });
});

describe("machines that their pool has no more", () => {
  const record = {
    urn: "urn:pulumi:lab::slipway::slipway:index:NodePoolGenerations::lab-workers",
    type: "slipway:index:NodePoolGenerations",
    inputs: { machines: ["workers-0"] },
    outputs: {
      generations: Object.fromEntries(
        [0, 1, 2].map((ordinal) => [
          `workers-${ordinal}`,
          { generation: 1, vmName: `lab-workers-${ordinal}-g1`, staleFields: [] },
        ]),
      ),
    },
  };
  const vm = {
    urn: "urn:pulumi:lab::slipway::vsphere:index/virtualMachine:VirtualMachine::lab-workers-2",
    type: "vsphere:index/virtualMachine:VirtualMachine",
    inputs: { extraConfig: { "guestinfo.slipway.machine": "workers-2" } },
    outputs: { name: "lab-workers-2-g1" },
  };

  test("are machines as long as they have a VM", () => {
    const state = parseState({ version: 3, deployment: { resources: [record, vm] } });
    assert.deepEqual(
      machinesOf(state).map(({ name }) => name),
      ["workers-0", "workers-2"],
    );
  });
});

describe("nodes of a Kubernetes cluster in the state", () => {
  const machine = "control-0";
  const urn = (type: string) => `urn:pulumi:lab::slipway::${type}::lab-${machine}`;
  const node = (changed: object = {}) => ({
    urn: urn("slipway:index:KubernetesNode"),
    type: "slipway:index:KubernetesNode",
    inputs: { machine, role: "controlPlane", ephemeralVolumes: true },
    ...changed,
  });
  const generation = {
    urn: "urn:pulumi:lab::slipway::slipway:index:NodePoolGenerations::lab-control",
    type: "slipway:index:NodePoolGenerations",
    inputs: { machines: [machine] },
    outputs: {
      generations: { [machine]: { generation: 2, vmName: "lab-control-0-g2", staleFields: [] } },
    },
  };
  const state = parseState({
    version: 3,
    deployment: { resources: [generation, node(), node({ delete: true })] },
  });

  test("tell the role of their machine, and whether its data may go", () => {
    const [found] = machinesOf(state);
    assert.equal(found?.role, "controlPlane");
    assert.equal(found.ephemeralVolumes, true);
    assert.equal(found.unfinished, true);
  });

  test("are counted without those that are still to be deleted", () => {
    assert.equal(nodesIn(state), 1);
  });
});
