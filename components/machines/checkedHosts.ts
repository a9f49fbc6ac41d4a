import * as pulumi from "@pulumi/pulumi";
import { Host, type HostRequirements } from "../../provider/sdk";
import type { NodeRole } from "../spec";
import { made } from "./hosts";
import { resourceName, type Machine, type MachineSize } from "./machine";

/** A machine that passes preflight, or is told not to. */
export interface CheckedHost {
  readonly machine: Machine;
  readonly host: Host;
  /**
   * What names the machine for what is done on it: known when all machines are found fit, as no host is changed
   * before that.
   */
  readonly ref: { readonly machine: pulumi.Input<string>; readonly vmUuid?: pulumi.Input<string> };
}

/**
 * Facts and preflight of every machine of a cluster.
 *
 * @param parent component that the hosts belong to.
 * @param cluster name of the cluster, the prefix of resource names.
 * @param requirements what a host of this role and size must be like.
 */
export function checkedHosts(
  parent: pulumi.ComponentResource,
  cluster: string,
  machines: readonly Machine[],
  requirements: (role: NodeRole, size: MachineSize) => HostRequirements,
): readonly CheckedHost[] {
  const checked = machines.map((machine) => {
    const { name, role, size, vmUuid } = machine;
    const host = new Host(
      resourceName(cluster, name),
      {
        machine: name,
        vmUuid,
        requirements: pulumi.output(size).apply((known) => requirements(role, known)),
      },
      { parent },
    );
    return { machine, host };
  });
  const allFit = made(checked.map(({ host }) => host));
  return checked.map(({ machine, host }) => ({
    machine,
    host,
    ref: { machine: allFit.then(() => machine.name), vmUuid: machine.vmUuid },
  }));
}
