import type { KubernetesSpec, NodeReservations } from "./kubernetesSpec";
import type { LoggingSpec } from "./loggingSpec";
import type { MonitoringSpec } from "./monitoringSpec";
import type {
  IngressSpec,
  IngressTlsSpec,
  KubernetesIngressSpec,
  KubernetesPlatformSpec,
  RegistrySpec,
  RetentionRuleSpec,
  SwarmIngressSpec,
  SwarmPlatformSpec,
} from "./platformSpec";
import type {
  ClusterBase,
  ExistingHostSpec,
  KubernetesClusterSpec,
  KubernetesNodePoolSpec,
  OsSpec,
  SwarmClusterSpec,
  SwarmNodePoolSpec,
} from "./types";

/** `cluster.yml` as it is written, with the schema's defaults filled in. */
export type ClusterFile = SwarmClusterFile | KubernetesClusterFile;

/** What is read, or computed from other parts of the file, and so is written in another way or not at all. */
type Completed = "hosts" | "os" | "nodePools" | "platform";
/** The same among the parts of the platform. */
type CompletedParts = "ingress" | "logging" | "monitoring" | "registry";

type FileBase = Omit<ClusterBase, Completed | "orchestrator"> & {
  readonly hosts?: readonly HostFile[];
  readonly os: OsFile;
};

export type SwarmClusterFile = FileBase &
  Omit<SwarmClusterSpec, Completed> & {
    readonly nodePools: Readonly<Record<string, SwarmPoolFile>>;
    readonly platform: Omit<SwarmPlatformSpec, CompletedParts> & {
      readonly ingress?: IngressFile<SwarmIngressSpec>;
      readonly logging?: LoggingFile;
      readonly monitoring?: MonitoringFile;
      readonly registry?: RegistryFile;
    };
  };

export type KubernetesClusterFile = FileBase &
  Omit<KubernetesClusterSpec, Completed | "kubernetes"> & {
    readonly nodePools: Readonly<Record<string, KubernetesPoolFile>>;
    readonly kubernetes: KubernetesFile;
    readonly platform: Omit<KubernetesPlatformSpec, CompletedParts> & {
      readonly ingress?: IngressFile<KubernetesIngressSpec>;
      readonly logging?: LoggingFile;
      readonly monitoring?: MonitoringFile;
      readonly registry?: RegistryFile;
    };
  };

export type HostFile = Omit<ExistingHostSpec, "name"> & { readonly name?: string };

export type OsFile = Omit<OsSpec, "caCertificates"> & {
  readonly caCertificates: readonly string[];
};

export type IngressFile<Spec extends IngressSpec> = Omit<Spec, "placement" | "tls"> & {
  readonly placement?: readonly string[];
  readonly tls?: Omit<IngressTlsSpec, "certificate"> & { readonly certificate: string };
};

/** Whoever forgets a unit writes a number, and is told of the unit rather than of types. */
export type MonitoringFile = Omit<MonitoringSpec, "retention" | "rules"> & {
  readonly retention: { readonly time: string | number; readonly size?: string | number };
  /** Paths. */
  readonly rules: readonly string[];
};

/** The same of lines. */
export type LoggingFile = Omit<LoggingSpec, "retention"> & {
  readonly retention: { readonly time: string | number; readonly size?: string | number };
};

export type RegistryFile = Omit<RegistrySpec, "placement" | "retention"> & {
  readonly placement?: readonly string[];
  readonly retention: readonly RetentionRuleFile[];
};

/** Whoever forgets the unit of an age writes a number, and is told of the unit rather than of types. */
export type RetentionRuleFile = Omit<RetentionRuleSpec, "olderThan"> & {
  readonly olderThan: string | number;
};

type Computed = "count" | "numCpus" | "memoryMiB" | "diskGiB" | "antiAffinity";
type PoolFileOf<Pool extends Record<Computed, unknown>> = Omit<Pool, Computed> &
  Partial<Pick<Pool, Computed>>;
export type SwarmPoolFile = PoolFileOf<SwarmNodePoolSpec>;
export type KubernetesPoolFile = PoolFileOf<
  Omit<KubernetesNodePoolSpec, "reserved" | "dataDiskGiB" | "keepDataDisk">
>;

export type KubernetesFile = Omit<KubernetesSpec, "images" | "networkPolicy"> & {
  readonly images?: string;
  readonly networkPolicy?: boolean;
  readonly reserved: ReservedFile;
};

/** Reservations as they are written: what is absent follows the size of the machines. */
export type ReservedFile = {
  readonly [Part in "system" | "kube"]?: Partial<NodeReservations[Part]>;
} & { readonly evictionMemoryMiB: number };

/** The same where anything may be missing, because it was wrong and is reported already. */
export type Draft<T> = T extends string | number | boolean | undefined
  ? T
  : T extends readonly (infer U)[]
    ? readonly (Draft<U> | undefined)[]
    : { readonly [K in keyof T]?: Draft<T[K]> };

export type SwarmDraft = Draft<SwarmClusterFile>;
export type KubernetesDraft = Draft<KubernetesClusterFile>;
export type ClusterDraft = SwarmDraft | KubernetesDraft;
export type SwarmPoolDraft = Draft<SwarmPoolFile>;
export type KubernetesPoolDraft = Draft<KubernetesPoolFile>;
export type PoolDraft = SwarmPoolDraft | KubernetesPoolDraft;

/** What checks may ask beside the data itself. */
export interface CheckContext {
  /** Whether the file itself has a value at this path, rather than a default. */
  given(path: readonly (string | number)[]): boolean;
}

/** Node pools that are at least readable, by name. */
export function poolsOf(draft: SwarmDraft): [string, SwarmPoolDraft][];
export function poolsOf(draft: KubernetesDraft): [string, KubernetesPoolDraft][];
export function poolsOf(draft: ClusterDraft): [string, PoolDraft][];
export function poolsOf(draft: ClusterDraft): [string, PoolDraft][] {
  return Object.entries<PoolDraft | undefined>(draft.nodePools ?? {}).filter(
    (entry): entry is [string, PoolDraft] => entry[1] !== undefined,
  );
}

/** How many machines a pool has; undefined when the file does not say it soundly. */
export function machineCount(
  draft: ClusterDraft,
  name: string,
  pool: PoolDraft,
): number | undefined {
  if (draft.vsphere !== undefined) return pool.count;
  return draft.hosts?.filter((host) => host?.pool === name).length;
}
