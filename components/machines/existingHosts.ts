import type { StaticHost } from "../../provider/sdk";
import type { ExistingHostSpec, NodePoolSpec } from "../spec";
import type { Machine } from "./machine";

/** Machines that exist already, and the address book by which the provider reaches them. */
export interface ExistingHosts {
  readonly machines: readonly Machine[];
  readonly addressBook: readonly StaticHost[];
}

/** Machines of `hosts` in `cluster.yml`: nothing is made, and their names are their own, whatever their order. */
export function existingHosts(
  hosts: readonly ExistingHostSpec[],
  nodePools: Readonly<Record<string, NodePoolSpec>>,
): ExistingHosts {
  const known = hosts.flatMap((host) => {
    const pool = nodePools[host.pool];
    return pool === undefined ? [] : [{ host, pool, role: pool.role }];
  });
  return {
    machines: known.map(({ host, pool, role }) => ({
      name: host.name,
      pool: host.pool,
      role,
      size: { numCpus: pool.numCpus, memoryMiB: pool.memoryMiB, freeDiskGiB: pool.diskGiB },
    })),
    addressBook: known.map(({ host, role }) => ({
      machine: host.name,
      address: host.address,
      role,
      ...(host.hostKey !== undefined && { hostKey: host.hostKey }),
      ...(host.trustOnFirstUse && { trustOnFirstUse: true }),
    })),
  };
}
