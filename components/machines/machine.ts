import type * as pulumi from "@pulumi/pulumi";
import type { NodePoolSpec, NodeRole } from "../spec";

/** What a machine must have at least. */
export interface MachineSize extends Pick<NodePoolSpec, "numCpus" | "memoryMiB"> {
  /** Free space under `/var/lib`, GiB. */
  readonly freeDiskGiB: number;
}

/** One machine of a cluster, wherever it comes from: what the engine and the orchestrator need to know of it. */
export interface Machine {
  /** Stable name within the cluster (`managers-0`), by which the provider finds the machine at run time. */
  readonly name: string;
  /** Node pool that it belongs to. */
  readonly pool: string;
  readonly role: NodeRole;
  /** BIOS UUID of its VM; absent for a host that exists already. */
  readonly vmUuid?: pulumi.Input<string>;
  /** Of a VM what it was made with, which its pool may have left behind; of an existing host what its pool asks for. */
  readonly size: pulumi.Input<MachineSize>;
}

/**
 * Names of a pool's machines, by ordinal. A machine keeps its name while the pool grows and shrinks: the highest
 * ordinals come last and go first.
 */
export function machineNames(pool: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, ordinal) => `${pool}-${ordinal}`);
}

/** Name of a machine's resources in Pulumi, and the prefix of its VM and host name (`lab-managers-0`). */
export function resourceName(cluster: string, machine: string): string {
  return `${cluster}-${machine}`;
}
