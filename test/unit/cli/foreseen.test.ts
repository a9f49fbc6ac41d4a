import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Change } from "../../../cli/pulumi/events";
import { foresee } from "../../../cli/roll/foreseen";

const change = (op: string, type: string, name: string, changed: Partial<Change> = {}): Change => ({
  op,
  type,
  urn: `urn:pulumi:lab::slipway::${type}::${name}`,
  done: true,
  failed: false,
  oldInputs: {},
  oldOutputs: {},
  newInputs: {},
  drift: [],
  ...changed,
});

describe("what a preview says to a roll", () => {
  test("a changed definition makes its machine stale in the fields that differ from what runs", () => {
    const inputs = { pool: "managers", machines: ["managers-0", "managers-1"], replace: "rolling" };
    const generation = (template: string) => ({
      generation: 1,
      applied: { template, numCpus: "1" },
      staleFields: [],
    });
    const { changes, others } = foresee([
      change("update", "slipway:index:NodePoolGenerations", "lab-managers", {
        oldInputs: { ...inputs, definition: { template: "a", numCpus: "1" } },
        oldOutputs: {
          generations: { "managers-0": generation("a"), "managers-1": generation("b") },
        },
        newInputs: { ...inputs, replace: "never", definition: { template: "b", numCpus: "1" } },
      }),
    ]);
    assert.deepEqual(
      [...changes],
      [
        ["managers-0", { staleFields: ["template"], replace: "never" }],
        ["managers-1", { staleFields: [], replace: "never" }],
      ],
    );
    assert.deepEqual(others, []);
  });

  test("everything else is in the way of a roll, with the machine that it belongs to", () => {
    const { others } = foresee([
      change("create", "slipway:index:Engine", "lab-workers-1", {
        newInputs: { machine: "workers-1" },
      }),
      change("delete", "slipway:index:Host", "lab-workers-2", {
        oldInputs: { machine: "workers-2" },
      }),
      change("delete-replaced", "vsphere:index/virtualMachine:VirtualMachine", "lab-workers-0", {
        oldInputs: { extraConfig: { "guestinfo.slipway.machine": "workers-0" } },
      }),
      change(
        "update",
        "vsphere:index/computeClusterVmAntiAffinityRule:ComputeClusterVmAntiAffinityRule",
        "lab-managers",
      ),
    ]);
    assert.deepEqual(others, [
      { machine: "workers-1", isUpdate: false, isRule: false, text: "create Engine lab-workers-1" },
      {
        machine: "workers-2",
        isUpdate: false,
        isRule: false,
        text: "delete Host lab-workers-2",
      },
      {
        machine: "workers-0",
        isUpdate: false,
        isRule: false,
        text: "delete old VirtualMachine lab-workers-0",
      },
      {
        machine: undefined,
        isUpdate: true,
        isRule: true,
        text: "update ComputeClusterVmAntiAffinityRule lab-managers",
      },
    ]);
  });
});
