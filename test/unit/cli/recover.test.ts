import assert from "node:assert/strict";
import os from "node:os";
import { describe, test } from "node:test";
import { machinesOf } from "../../../cli/machines";
import { parseState, type PendingOperation } from "../../../cli/pulumi/state";
import { cleanState, dyingVms } from "../../../cli/recover/cleanState";
import { blockers, isClean, renderFindings, type Findings } from "../../../cli/recover/findings";
import { formerlyRecorded, joinRecords } from "../../../cli/recover/formerRecords";
import { parseLock, stateOf } from "../../../cli/pulumi/locks";
import { judgeOperations, pendingRules, pendingVms } from "../../../cli/recover/operations";
import { generationsChange } from "../../../provider/machines/generation";
import type {
  NodePoolGenerationsInputs,
  NodePoolGenerationsOutputs,
} from "../../../provider/sdk/shapes";
import { recorded, recordedText } from "./support/states";

const vmType = "vsphere:index/virtualMachine:VirtualMachine";

describe("interrupted operations", () => {
  test("of a killed first update are three clones, to be dropped", () => {
    const state = recorded("killed-create");
    assert.deepEqual(
      judgeOperations(state)
        .map(({ operation, action }) => [operation, action])
        .sort(),
      [0, 1, 2].map((ordinal) => [`creating VirtualMachine managers-${ordinal}`, "drop"]),
    );
    assert.deepEqual(
      pendingVms(state)
        .map(({ name, folder }) => [name, folder])
        .sort(),
      [
        ["lab-managers-0-g1", "slipway/lab"],
        ["lab-managers-1-g1", "slipway/lab"],
        ["lab-managers-2-g1", "slipway/lab"],
      ],
    );
    for (const { templateUuid } of pendingVms(state))
      assert.match(templateUuid ?? "", /^[0-9a-f-]{36}$/);
  });

  test("of a killed roll name the next generation's VM", () => {
    assert.deepEqual(
      pendingVms(recorded("killed-roll")).map(({ name }) => name),
      ["lab-managers-0-g2"],
    );
  });

  const cases: readonly [PendingOperation["type"], string, "drop" | "ask"][] = [
    ["creating", "slipway:index:SwarmCluster", "drop"],
    ["updating", "docker:index/service:Service", "drop"],
    ["deleting", vmType, "drop"],
    ["reading", "docker:index/network:Network", "drop"],
    ["creating", "docker:index/network:Network", "ask"],
    ["creating", "slipway:index:KubernetesNode", "drop"],
    ["creating", "kubernetes:apps/v1:DaemonSet", "drop"],
    ["importing", vmType, "drop"],
  ];
  for (const [type, token, action] of cases) {
    test(`${type} ${token}: ${action}`, () => {
      const [verdict] = judgeOperations({
        resources: [],
        pendingOperations: [operation(type, token)],
      });
      assert.equal(verdict?.action, action);
    });
  }

  test("of an anti-affinity rule name the rule and its cluster", () => {
    const pending = operation(
      "creating",
      "vsphere:index/computeClusterVmAntiAffinityRule:ComputeClusterVmAntiAffinityRule",
      { name: "slipway-lab-managers", computeClusterId: "domain-c7" },
    );
    assert.deepEqual(pendingRules({ resources: [], pendingOperations: [pending] }), [
      { name: "slipway-lab-managers", computeClusterId: "domain-c7" },
    ]);
  });
});

describe("cleaned state", () => {
  test("has no pending operations, and everything else as it was", () => {
    const before = recordedText("killed-roll");
    const after = parseState(JSON.parse(cleanState(before, new Set())));
    assert.deepEqual(after.pendingOperations, []);
    assert.deepEqual(after.resources, parseState(JSON.parse(before)).resources);
  });

  test("forgets an old VM that is gone, and keeps the one that replaced it", () => {
    const state = recorded("unfinished");
    const [old] = dyingVms(state);
    assert.ok(old?.id);
    const after = parseState(JSON.parse(cleanState(recordedText("unfinished"), new Set([old.id]))));
    assert.equal(after.resources.length, state.resources.length - 1);
    assert.deepEqual(
      after.resources
        .filter(({ type, urn }) => type === vmType && urn.endsWith("managers-1"))
        .map(({ outputs, deletePending }) => [outputs.name, deletePending]),
      [["lab-managers-1-g2", false]],
    );
  });

  test("keeps a VM on which something still stands", () => {
    const state = recorded("stale");
    const vm = state.resources.find(({ type }) => type === vmType);
    assert.ok(vm?.id);
    const after = parseState(JSON.parse(cleanState(recordedText("stale"), new Set([vm.id]))));
    assert.equal(after.resources.length, state.resources.length);
  });

  test("counts a VM whose deletion was interrupted among the dying", () => {
    const state = recorded("stale");
    const vm = state.resources.find(({ type }) => type === vmType);
    assert.ok(vm);
    const dying = dyingVms({ ...state, pendingOperations: [{ type: "deleting", resource: vm }] });
    assert.deepEqual(dying, [vm]);
  });
});

describe("records of single machines", () => {
  const former = recordedText("former-records");
  const joined = joinRecords(former);

  test("become one for each pool, which says the same", () => {
    assert.deepEqual([...formerlyRecorded(former)].sort(), [
      "managers-0",
      "managers-1",
      "managers-2",
    ]);
    const state = parseState(JSON.parse(joined));
    const [first, ...others] = machinesOf(state);
    assert.equal(first?.vmName, "lab-managers-0-g2");
    assert.equal(first.vm?.name, "lab-managers-0-g1");
    assert.deepEqual(
      others.map(({ name, generation, vm, staleFields }) => [
        name,
        generation,
        vm?.name,
        staleFields,
      ]),
      [1, 2].map((ordinal) => [
        `managers-${ordinal}`,
        1,
        `lab-managers-${ordinal}-g1`,
        ["template"],
      ]),
    );
    assert.deepEqual(formerlyRecorded(joined), []);
  });

  test("are nowhere named any more, and nothing stands before what it needs", () => {
    assert.doesNotMatch(joined, /slipway:index:MachineGeneration/);
    const seen = new Set<string>();
    for (const { urn, needs } of parseState(JSON.parse(joined)).resources) {
      assert.deepEqual(
        needs.filter((one) => !seen.has(one)),
        [],
        urn,
      );
      seen.add(urn);
    }
  });

  test("leave a record that the provider finds unchanged by the same program", () => {
    const record = parseState(JSON.parse(joined)).resources.find(
      ({ type }) => type === "slipway:index:NodePoolGenerations",
    );
    assert.ok(record);
    const inputs = record.inputs as unknown as NodePoolGenerationsInputs;
    const olds = { ...record.outputs, ...inputs } as NodePoolGenerationsInputs &
      NodePoolGenerationsOutputs;
    assert.equal(olds.cluster, "lab");
    assert.equal(generationsChange(olds, inputs), false);
  });
});

describe("findings", () => {
  const nothing: Findings = {
    locks: [],
    operations: [],
    orphans: [],
    rules: [],
    goneVms: [],
    formerRecords: [],
    unfinished: [],
  };

  test("say that nothing was left behind", () => {
    assert.deepEqual(renderFindings(nothing), ["Nothing was left behind."]);
    assert.equal(isClean(nothing), true);
  });

  test("name every VM with what becomes of it and why", () => {
    const findings: Findings = {
      ...nothing,
      orphans: [
        {
          name: "lab-workers-0-g1",
          uuid: "42",
          action: "remove",
          why: "the interrupted update made it",
        },
        { name: "lab-workers-1-g1", uuid: "43", action: "block", why: "rename it" },
      ],
    };
    assert.deepEqual(renderFindings(findings), [
      "VMs that the state does not know:",
      "  lab-workers-0-g1 (42): remove: the interrupted update made it",
      "  lab-workers-1-g1 (43): block: rename it",
    ]);
    assert.deepEqual(blockers(findings), ["VM lab-workers-1-g1: rename it"]);
    assert.equal(isClean(findings), false);
  });
});

describe("lock of the file backend", () => {
  const lock = (pid: number, hostname: string) =>
    parseLock(
      JSON.stringify({ pid, hostname, username: "ops", timestamp: "2026-11-21T06:00:00Z" }),
    );

  test("that is none is not taken for one", () => {
    assert.equal(parseLock("{}"), undefined);
  });

  test("of another machine may still be held", async () => {
    const holder = lock(1, "elsewhere");
    assert.ok(holder);
    assert.equal(await stateOf(holder), "unknown");
  });

  test("of a process that has ended is free", async () => {
    // Linux and macOS give no process a number this large.
    const holder = lock(2 ** 30, os.hostname());
    assert.ok(holder);
    assert.equal(await stateOf(holder), "gone");
  });
});

function operation(
  type: PendingOperation["type"],
  token: string,
  inputs: Record<string, unknown> = {},
): PendingOperation {
  return {
    type,
    resource: {
      urn: `urn:pulumi:lab::slipway::${token}::x`,
      type: token,
      inputs,
      outputs: {},
      isProtected: false,
      deletePending: false,
      needs: [],
    },
  };
}
