import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { machinesOf, type GenerationChange, type MachineState } from "../../../cli/machines";
import { planRoll, quorumOf, type RollRequest } from "../../../cli/roll/plan";
import { renderPlan } from "../../../cli/roll/render";
import { machine, recorded } from "./support/states";

const stale = { staleFields: ["template"] };
const managers = (count: number, changed: Partial<MachineState> = {}) =>
  Array.from({ length: count }, (_, ordinal) => machine(`managers-${ordinal}`, changed));

function plan(
  request: Partial<RollRequest>,
  machines: readonly MachineState[],
  facts: {
    changes?: Record<string, GenerationChange>;
    addresses?: Record<string, readonly string[]>;
    isBoundToMachine?: boolean;
  } = {},
) {
  return planRoll(
    { force: false, ...request },
    {
      machines,
      changes: new Map(Object.entries(facts.changes ?? {})),
      addresses: new Map(Object.entries(facts.addresses ?? {})),
      isBoundToMachine: facts.isBoundToMachine ?? false,
    },
  );
}

describe("plan of a roll", () => {
  test("replaces the stale machines of the pool in order, each by its next generation", () => {
    const { steps, skipped } = plan({ target: "managers" }, [
      ...managers(2, stale),
      machine("managers-2"),
      machine("workers-0", stale),
    ]);
    assert.deepEqual(
      steps.map((step) => [step.machine, step.fromVm, step.toVm]),
      [
        ["managers-0", "lab-managers-0-g1", "lab-managers-0-g2"],
        ["managers-1", "lab-managers-1-g1", "lab-managers-1-g2"],
      ],
    );
    assert.deepEqual(skipped, [{ machine: "managers-2", why: "up to date" }]);
  });

  test("takes one machine by its name", () => {
    const { steps } = plan({ target: "managers-1" }, managers(3, stale));
    assert.deepEqual(
      steps.map((step) => step.machine),
      ["managers-1"],
    );
  });

  test("takes all pools without a target, managers first", () => {
    const { steps } = plan({}, [machine("a-0", stale), ...managers(1, stale)]);
    assert.deepEqual(
      steps.map((step) => step.machine),
      ["managers-0", "a-0"],
    );
  });

  test("believes the preview where it differs from the state", () => {
    const { steps } = plan({ target: "managers" }, managers(3), {
      changes: { "managers-1": { staleFields: ["numCpus"], replace: "rolling" } },
    });
    assert.deepEqual(
      steps.map(({ machine: name, reasons }) => [name, reasons]),
      [["managers-1", ["numCpus"]]],
    );
  });

  test("leaves machines of a pool with replace: never alone", () => {
    const { steps, skipped } = plan(
      { target: "managers" },
      managers(1, { ...stale, replace: "never" }),
    );
    assert.deepEqual(steps, []);
    assert.match(skipped[0]?.why ?? "", /stale \(template\).*replace: never; --force/);
  });

  test("replaces them, and machines that are up to date, with --force", () => {
    const { steps } = plan({ target: "managers", force: true }, [
      ...managers(1, { ...stale, replace: "never" }),
      machine("managers-1"),
    ]);
    assert.deepEqual(
      steps.map(({ reasons }) => reasons),
      [["template"], ["--force"]],
    );
  });

  test("names the pools and machines that there are when the target is none of them", () => {
    assert.throws(
      () => plan({ target: "mangers" }, [...managers(1), machine("workers-0")]),
      /no pool or machine is named mangers; pools are managers, workers, machines managers-0, workers-0/,
    );
  });

  test("says that a cluster of existing hosts has nothing to replace", () => {
    assert.throws(() => plan({ target: "managers" }, []), /no machines on vSphere/);
  });

  const refusals: readonly [string, readonly MachineState[], RegExp][] = [
    [
      "a machine without VM",
      managers(1, { ...stale, vm: undefined }),
      /no VM yet: run `pulumi up`/,
    ],
    ["a machine that has not joined", managers(1, { ...stale, role: undefined }), /not joined/],
    ["a machine whose roll was interrupted", managers(3, { unfinished: true }), /slipway recover/],
  ];
  for (const [title, machines, expected] of refusals) {
    test(`refuses ${title}, and plans nothing else`, () => {
      const { steps, refusals: told } = plan({ target: "managers" }, machines);
      assert.deepEqual(steps, []);
      assert.match(told[0] ?? "", expected);
    });
  }

  test("keeps the quorum: one manager more while one is replaced", () => {
    const { steps } = plan({ target: "managers-0" }, managers(3, stale));
    assert.deepEqual(steps[0]?.quorum, {
      before: { deciders: 3, needed: 2 },
      during: { deciders: 4, needed: 3 },
    });
  });

  test("does not speak of quorum for a worker", () => {
    const { steps } = plan({ target: "workers" }, [...managers(3), machine("workers-0", stale)]);
    assert.equal(steps[0]?.quorum, undefined);
  });
});

describe("plan of a roll of Kubernetes machines", () => {
  const controlPlanes = (count: number, changed: Partial<MachineState> = {}) =>
    managers(count, changed).map((one, ordinal) => ({
      ...machine(`control-${ordinal}`, { ...one, name: `control-${ordinal}`, pool: "control" }),
      role: "controlPlane" as const,
    }));

  test("control planes come before workers, with the quorum of etcd", () => {
    const { steps } = plan({}, [machine("a-0", stale), ...controlPlanes(3, stale)]);
    assert.deepEqual(
      steps.map((step) => [step.machine, step.quorum?.during]),
      [...[0, 1, 2].map((n) => [`control-${n}`, { deciders: 4, needed: 3 }]), ["a-0", undefined]],
    );
  });

  test("says control planes, not managers", () => {
    const lines = renderPlan(plan({ target: "control-0" }, controlPlanes(3, stale)));
    assert.equal(
      lines.at(-1),
      "Quorum while control-0 is replaced: 3 of 4 control planes (now 2 of 3)",
    );
  });

  test("refuses the only control plane of a cluster that is known by its address, forced or not", () => {
    for (const force of [false, true]) {
      const { steps, refusals } = plan({ target: "control", force }, controlPlanes(1, stale), {
        isBoundToMachine: true,
      });
      assert.deepEqual(steps, []);
      assert.match(refusals[0] ?? "", /^control-0: it is the only control plane .*apiEndpoint/);
    }
  });

  test("rolls the workers of such a cluster", () => {
    const { steps, refusals } = plan(
      { target: "workers" },
      [...controlPlanes(1), machine("workers-0", stale)],
      { isBoundToMachine: true },
    );
    assert.deepEqual(refusals, []);
    assert.equal(steps.length, 1);
  });

  test("replaces the only control plane behind an endpoint by one that joins first", () => {
    const { steps } = plan({ target: "control" }, controlPlanes(1, stale));
    assert.deepEqual(
      steps.map(({ deleteFirst, quorum }) => [deleteFirst, quorum?.during]),
      [[false, { deciders: 2, needed: 2 }]],
    );
  });

  test("refuses to let it go first", () => {
    const [only] = controlPlanes(1, { ...stale, currentAddress: "10.1.0.10" });
    assert.ok(only);
    const { refusals } = plan({ target: "control" }, [{ ...only, hostAddress: "10.1.0.10" }], {
      addresses: { control: ["10.1.0.10"] },
    });
    assert.match(refusals[0] ?? "", /only control plane.*add an address to nodePools.control/);
  });
});

describe("plan of a roll with static addresses", () => {
  const at = (ordinal: number) => `10.1.0.${10 + ordinal}`;
  const addressed = (count: number, changed: Partial<MachineState> = {}) =>
    managers(count, changed).map((one, ordinal) => ({
      ...one,
      currentAddress: at(ordinal),
      hostAddress: at(ordinal),
    }));

  test("hands the spare address on from machine to machine", () => {
    const { steps } = plan({ target: "managers" }, addressed(3, stale), {
      addresses: { managers: [at(0), at(1), at(2), at(3)] },
    });
    assert.deepEqual(
      steps.map(({ address, deleteFirst }) => [address, deleteFirst]),
      [
        [at(3), false],
        [at(0), false],
        [at(1), false],
      ],
    );
  });

  test("lets the old machine go first where there is no spare address", () => {
    const { steps } = plan({ target: "managers-1" }, addressed(3, stale), {
      addresses: { managers: [at(0), at(1), at(2)] },
    });
    assert.deepEqual(
      steps.map(({ address, deleteFirst, quorum }) => [address, deleteFirst, quorum?.during]),
      [[at(1), true, { deciders: 2, needed: 2 }]],
    );
  });

  test("refuses that for the only manager", () => {
    const { refusals } = plan({ target: "managers" }, addressed(1, stale), {
      addresses: { managers: [at(0)] },
    });
    assert.match(refusals[0] ?? "", /only manager.*add an address to nodePools.managers.network/);
  });

  test("gives a machine whose roll failed the address that its record had taken", () => {
    const [first, ...others] = addressed(3);
    assert.ok(first);
    const half = { ...first, generation: 2, vmName: "lab-managers-0-g2", currentAddress: at(3) };
    const { steps } = plan({ target: "managers" }, [half, ...others], {
      addresses: { managers: [at(0), at(1), at(2), at(3)] },
    });
    assert.deepEqual(
      steps.map(({ machine: name, toVm, address, reasons }) => [name, toVm, address, reasons]),
      [["managers-0", "lab-managers-0-g3", at(3), ["an earlier roll of it failed"]]],
    );
  });

  test("says so when every address of the pool is another machine's", () => {
    const [first, ...others] = addressed(2, stale);
    assert.ok(first);
    assert.throws(
      () =>
        plan(
          { target: "managers-0" },
          [{ ...first, currentAddress: "10.9.9.9", hostAddress: "10.9.9.9" }, ...others],
          { addresses: { managers: [at(1)] } },
        ),
      /managers-0: every address of pool managers is in use/,
    );
  });
});

describe("plan of a roll from recorded states", () => {
  test("rolls three stale managers", () => {
    const { steps, refusals } = plan({ target: "managers" }, machinesOf(recorded("stale")));
    assert.deepEqual(refusals, []);
    assert.equal(steps.length, 3);
    assert.match(steps[0]?.recordUrn ?? "", /NodePoolGenerations::managers$/);
    assert.match(steps[0]?.vmUrn ?? "", /VirtualMachine::managers-0$/);
  });

  test("rolls a machine again whose roll ended before its new VM was made", () => {
    const { steps } = plan({ target: "managers-0" }, machinesOf(recorded("half-rolled")));
    assert.deepEqual(
      steps.map(({ fromVm, toVm }) => [fromVm, toVm]),
      [["lab-managers-0-g1", "lab-managers-0-g3"]],
    );
  });

  test("refuses a machine beside whose old VM a new one stands, until that is finished", () => {
    const { refusals } = plan({ target: "managers-1" }, machinesOf(recorded("unfinished")));
    assert.match(refusals[0] ?? "", /managers-1: an earlier roll of it was interrupted/);
  });

  test("replaces that new VM, and makes no third one, when its definition has changed since", () => {
    const { steps } = plan({ target: "managers-1" }, machinesOf(recorded("unfinished")), {
      changes: { "managers-1": { staleFields: ["template"], replace: "rolling" } },
    });
    assert.deepEqual(
      steps.map(({ fromVm, toVm, deleteFirst }) => [fromVm, toVm, deleteFirst]),
      [["lab-managers-1-g2", "lab-managers-1-g3", true]],
    );
  });
});

describe("quorum", () => {
  for (const [count, needed] of [
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
    [7, 4],
  ] as const) {
    test(`of ${count} managers is ${needed}`, () => {
      assert.deepEqual(quorumOf(count), { deciders: count, needed });
    });
  }
});

describe("rendered plan", () => {
  test("shows what is replaced by what, why, and the quorum", () => {
    const made = plan(
      { target: "managers" },
      [machine("managers-0", stale), ...[1, 2].map((n) => machine(`managers-${n}`))],
      { addresses: {} },
    );
    assert.deepEqual(renderPlan(made), [
      "Replaces 1 machine, one at a time:",
      "",
      "      machine     from               to                 because of  address  order",
      "  1.  managers-0  lab-managers-0-g1  lab-managers-0-g2  template    DHCP     new comes first",
      "",
      "Quorum while managers-0 is replaced: 3 of 4 managers (now 2 of 3)",
      "managers-1 stays: up to date",
      "managers-2 stays: up to date",
    ]);
  });
});
