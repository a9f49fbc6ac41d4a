import type { ClusterFile, HostFile, PoolFile } from "./file";
import type { CaCertificate, ClusterSpec, ExistingHostSpec, NodePoolSpec } from "./types";

/** The least that an existing host must have where its pool does not say. */
const smallestHost = { numCpus: 1, memoryMiB: 1024, diskGiB: 8 } as const;

/** Adds to a valid file what depends on other parts of it. */
export function complete(file: ClusterFile, caCertificates: readonly CaCertificate[]): ClusterSpec {
  const pools = Object.entries(file.nodePools);
  return {
    ...file,
    hosts: file.hosts?.map(completeHost),
    os: { ...file.os, caCertificates },
    nodePools: Object.fromEntries(
      pools.map(([name, pool]) => [name, completePool(pool, hostsOf(file, name))]),
    ),
  };
}

/** Name of an existing host's machine where the file gives none. */
export function defaultHostName(host: Pick<HostFile, "pool" | "address">): string {
  return `${host.pool}-${host.address}`;
}

function completeHost(host: HostFile): ExistingHostSpec {
  return { ...host, name: host.name ?? defaultHostName(host) };
}

function completePool(pool: PoolFile, hosts: number): NodePoolSpec {
  return {
    ...smallestHost,
    ...pool,
    count: pool.count ?? hosts,
    antiAffinity: pool.antiAffinity ?? pool.role === "manager",
  };
}

function hostsOf(file: ClusterFile, pool: string): number {
  return file.hosts?.filter((host) => host.pool === pool).length ?? 0;
}
