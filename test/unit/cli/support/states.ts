import { readFileSync } from "node:fs";
import path from "node:path";
import type { MachineState } from "../../../../cli/machines";
import { parseState, type StackState } from "../../../../cli/pulumi/state";

/**
 * States as Pulumi 3.250 exported them, of a cluster of three managers against the lab's vCenter without machines:
 * `stale` after a changed template; `killed-create` while the VMs of the first `up` were made; `killed-roll` while
 * the new VM of managers-0 was made, and `half-rolled` after its recovery; `unfinished` with a new VM of managers-1
 * whose engine could not be installed. Time stamps, stack traces and most properties of VMs are cut.
 * They were recorded when each machine had a record of its own, and joined as `slipway recover` does it;
 * `former-records` is `half-rolled` as it was.
 */
export type Recorded =
  "stale" | "killed-create" | "killed-roll" | "half-rolled" | "unfinished" | "former-records";

export function recordedText(name: Recorded): string {
  return readFileSync(path.join(__dirname, "..", "fixtures", `${name}.json`), "utf8");
}

export function recorded(name: Recorded): StackState {
  return parseState(JSON.parse(recordedText(name)));
}

/** A machine that runs and is up to date, with what the test changes about it. */
export function machine(name: string, changed: Partial<MachineState> = {}): MachineState {
  const vmName = `lab-${name}-g1`;
  return {
    name,
    pool: name.replace(/-\d+$/, ""),
    recordUrn: `urn:pulumi:lab::slipway::slipway:index:NodePoolGenerations::lab-${name.replace(/-\d+$/, "")}`,
    generation: 1,
    vmName,
    staleFields: [],
    replace: "rolling",
    role: name.startsWith("managers") ? "manager" : "worker",
    vm: {
      urn: `urn:pulumi:lab::slipway::vsphere:index/virtualMachine:VirtualMachine::lab-${name}`,
      name: vmName,
      uuid: `uuid-${name}`,
    },
    ephemeralVolumes: false,
    unfinished: false,
    ...changed,
  };
}
