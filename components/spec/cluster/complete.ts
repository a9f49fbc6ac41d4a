import type { ClusterFile, HostFile, IngressFile, PoolFile } from "./file";
import type {
  CaCertificate,
  CertificateFile,
  ClusterSpec,
  ExistingHostSpec,
  IngressSpec,
  NodePoolSpec,
} from "./types";

/** The least that an existing host must have where its pool does not say. */
const smallestHost = { numCpus: 1, memoryMiB: 1024, diskGiB: 8 } as const;

/** What the loader has read from files that the cluster file names. */
export interface ReadFiles {
  readonly caCertificates: readonly CaCertificate[];
  /** Present where the file names one. */
  readonly ingressCertificate?: CertificateFile;
}

/** Adds to a valid file what depends on other parts of it. */
export function complete(
  file: ClusterFile,
  { caCertificates, ingressCertificate }: ReadFiles,
): ClusterSpec {
  const pools = Object.entries(file.nodePools);
  const { ingress, ...platform } = file.platform;
  return {
    ...file,
    hosts: file.hosts?.map(completeHost),
    os: { ...file.os, caCertificates },
    nodePools: Object.fromEntries(
      pools.map(([name, pool]) => [name, completePool(pool, hostsOf(file, name))]),
    ),
    platform: {
      ...platform,
      ...(ingress && { ingress: completeIngress(ingress, file, ingressCertificate) }),
    },
  };
}

function completeIngress(
  { tls, ...ingress }: IngressFile,
  file: ClusterFile,
  certificate: CertificateFile | undefined,
): IngressSpec {
  return {
    ...ingress,
    placement: ingress.placement ?? (hasWorkers(file) ? ["node.role == worker"] : []),
    ...(tls && certificate && { tls: { ...tls, certificate } }),
  };
}

function hasWorkers(file: ClusterFile): boolean {
  return Object.entries(file.nodePools).some(
    ([name, { role, count }]) => role === "worker" && (count ?? hostsOf(file, name)) > 0,
  );
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
