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
    const inputs = { machine: "managers-0", prefix: "lab-managers-0", replace: "rolling" };
    const { changes, others } = foresee([
      change("update", "slipway:index:MachineGeneration", "lab-managers-0", {
        oldInputs: { ...inputs, definition: { template: "a", numCpus: "1" } },
        oldOutputs: {
          generation: 1,
          vmName: "lab-managers-0-g1",
          applied: { template: "a", numCpus: "1" },
          staleFields: [],
        },
        newInputs: { ...inputs, replace: "never", definition: { template: "b", numCpus: "1" } },
      }),
    ]);
    assert.deepEqual(changes.get("managers-0"), { staleFields: ["template"], replace: "never" });
    assert.deepEqual(others, []);
  });

  test("everything else is in the way of a roll, with the machine that it belongs to", () => {
    const { others } = foresee([
      change("create", "slipway:index:Engine", "lab-workers-1", {
        newInputs: { machine: "workers-1" },
      }),
      change("delete", "slipway:index:MachineGeneration", "lab-workers-2", {
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
        text: "delete MachineGeneration lab-workers-2",
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
