import type {
  ClusterFile,
  HostFile,
  IngressFile,
  KubernetesClusterFile,
  KubernetesPoolFile,
  LoggingFile,
  MonitoringFile,
  RegistryFile,
  SwarmClusterFile,
  SwarmPoolFile,
} from "./file";
import type { LoggingSpec } from "./loggingSpec";
import type { MonitoringSpec, RuleFile } from "./monitoringSpec";
import { reservations } from "./reservations";
import { mostKeptMiB, parseRetentionSize, parseRetentionTime, prometheusSize } from "./retention";
import { smallestHost } from "./smallestHost";
import type { CertificateFile, IngressSpec, RegistrySpec } from "./platformSpec";
import type {
  CaCertificate,
  ClusterSpec,
  ExistingHostSpec,
  KubernetesClusterSpec,
  SwarmClusterSpec,
} from "./types";

/** Registry of Kubernetes' own images, and their folder under a site's mirror. */
const kubernetesImages = "registry.k8s.io";

/** What the loader has read from files that the cluster file names. */
export interface ReadFiles {
  readonly caCertificates: readonly CaCertificate[];
  /** Present where the file names one. */
  readonly ingressCertificate?: CertificateFile;
  /** Rules of the site for its monitoring. */
  readonly ruleFiles: readonly RuleFile[];
}

/** Adds to a valid file what depends on other parts of it. */
export function complete(file: ClusterFile, read: ReadFiles): ClusterSpec {
  switch (file.orchestrator) {
    case "swarm":
      return completeSwarm(file, read);
    case "kubernetes":
      return completeKubernetes(file, read);
    default: {
      const never: never = file;
      return never;
    }
  }
}

function completeSwarm(file: SwarmClusterFile, read: ReadFiles): SwarmClusterSpec {
  const { ingress, logging, monitoring, registry, ...platform } = file.platform;
  return {
    ...file,
    hosts: file.hosts?.map(completeHost),
    os: { ...file.os, caCertificates: read.caCertificates },
    nodePools: eachPool(file.nodePools, (name, pool) => ({
      ...smallestHost(pool.role),
      ...pool,
      count: pool.count ?? hostsOf(file, name),
      antiAffinity: pool.antiAffinity ?? pool.role === "manager",
    })),
    platform: {
      ...platform,
      ...(ingress && { ingress: completeIngress(ingress, file, read) }),
      ...(logging && { logging: completeLogging(logging) }),
      ...(monitoring && { monitoring: completeMonitoring(monitoring, read) }),
      ...(registry && { registry: completeRegistry(registry, file) }),
    },
  };
}

function completeKubernetes(file: KubernetesClusterFile, read: ReadFiles): KubernetesClusterSpec {
  const { ingress, logging, monitoring, registry, ...platform } = file.platform;
  const { images, networkPolicy, reserved, ...kubernetes } = file.kubernetes;
  return {
    ...file,
    hosts: file.hosts?.map(completeHost),
    os: { ...file.os, caCertificates: read.caCertificates },
    nodePools: eachPool(file.nodePools, (name, pool) => {
      const sized = { ...smallestHost(pool.role), ...pool };
      return {
        ...sized,
        // There is no data disk, and what is not there is not thrown away.
        keepDataDisk: true,
        count: pool.count ?? hostsOf(file, name),
        antiAffinity: pool.antiAffinity ?? pool.role === "controlPlane",
        reserved: reservations(sized, reserved),
      };
    }),
    kubernetes: {
      ...kubernetes,
      // Of a network that the site brings nobody knows here what it does.
      networkPolicy: networkPolicy ?? kubernetes.podNetwork === "flannel",
      images: images ?? imagesUnder(platform.mirror),
    },
    platform: {
      ...platform,
      ...(ingress && { ingress: completeIngress(ingress, file, read) }),
      ...(logging && { logging: completeLogging(logging) }),
      ...(monitoring && { monitoring: completeMonitoring(monitoring, read) }),
      ...(registry && { registry: completeRegistry(registry, file) }),
    },
  };
}

function eachPool<File, Spec>(
  pools: Readonly<Record<string, File>>,
  completed: (name: string, pool: File) => Spec,
): Record<string, Spec> {
  return Object.fromEntries(
    Object.entries(pools).map(([name, pool]) => [name, completed(name, pool)]),
  );
}

function imagesUnder(mirror: string | undefined): string {
  return mirror === undefined ? kubernetesImages : `${mirror}/${kubernetesImages}`;
}

function completeIngress<Spec extends IngressSpec>(
  { tls, ...ingress }: IngressFile<Spec>,
  file: ClusterFile,
  { ingressCertificate: certificate }: ReadFiles,
): Omit<IngressFile<Spec>, "tls"> & Pick<IngressSpec, "placement" | "tls"> {
  return {
    ...ingress,
    placement: ingress.placement ?? onWorkers(file),
    ...(tls && certificate && { tls: { ...tls, certificate } }),
  };
}

function completeMonitoring(
  { retention, ...monitoring }: MonitoringFile,
  { ruleFiles }: ReadFiles,
): MonitoringSpec {
  const { time, size } = retention;
  const mebibytes =
    (size === undefined ? undefined : parseRetentionSize(String(size))) ??
    mostKeptMiB(monitoring.storage?.sizeGiB ?? 0);
  return {
    ...monitoring,
    retention: { time: String(time), size: prometheusSize(mebibytes) },
    rules: ruleFiles,
  };
}

function completeLogging({ retention, ...logging }: LoggingFile): LoggingSpec {
  const { time, size } = retention;
  const hours = parseRetentionTime(String(time));
  if (hours === undefined) throw new Error("a retention of logs has passed the checks");
  const { external, storage } = logging;
  const sizeMiB =
    (size === undefined ? undefined : parseRetentionSize(String(size))) ??
    mostKeptMiB(storage?.sizeGiB ?? 0);
  return {
    ...logging,
    retention: { hours, ...(external === undefined && { sizeMiB }) },
  };
}

function completeRegistry(registry: RegistryFile, file: ClusterFile): RegistrySpec {
  return {
    ...registry,
    placement: registry.placement ?? onWorkers(file),
    retention: registry.retention.map((rule) => ({ ...rule, olderThan: String(rule.olderThan) })),
  };
}

/** Where parts of the platform run that say nothing else. */
function onWorkers(file: ClusterFile): readonly string[] {
  return hasWorkers(file) ? ["node.role == worker"] : [];
}

function hasWorkers(file: ClusterFile): boolean {
  return Object.entries<SwarmPoolFile | KubernetesPoolFile>(file.nodePools).some(
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

function hostsOf(file: ClusterFile, pool: string): number {
  return file.hosts?.filter((host) => host.pool === pool).length ?? 0;
}
