import type {
  ClusterSpec,
  ExistingHostSpec,
  IngressSpec,
  IngressTlsSpec,
  NodePoolSpec,
  OsSpec,
  PlatformSpec,
} from "./types";

/** `cluster.yml` as it is written, with the schema's defaults filled in. */
export interface ClusterFile extends Omit<ClusterSpec, "hosts" | "os" | "nodePools" | "platform"> {
  readonly hosts?: readonly HostFile[];
  readonly os: OsFile;
  readonly nodePools: Readonly<Record<string, PoolFile>>;
  readonly platform: PlatformFile;
}

export type HostFile = Omit<ExistingHostSpec, "name"> & { readonly name?: string };

export type OsFile = Omit<OsSpec, "caCertificates"> & {
  readonly caCertificates: readonly string[];
};

export type PlatformFile = Omit<PlatformSpec, "ingress"> & { readonly ingress?: IngressFile };

export type IngressFile = Omit<IngressSpec, "placement" | "tls"> & {
  readonly placement?: readonly string[];
  readonly tls?: Omit<IngressTlsSpec, "certificate"> & { readonly certificate: string };
};

type Computed = "count" | "numCpus" | "memoryMiB" | "diskGiB" | "antiAffinity";
export type PoolFile = Omit<NodePoolSpec, Computed> & Partial<Pick<NodePoolSpec, Computed>>;

/** The same where anything may be missing, because it was wrong and is reported already. */
export type Draft<T> = T extends string | number | boolean | undefined
  ? T
  : T extends readonly (infer U)[]
    ? readonly (Draft<U> | undefined)[]
    : { readonly [K in keyof T]?: Draft<T[K]> };

export type ClusterDraft = Draft<ClusterFile>;
export type PoolDraft = Draft<PoolFile>;

/** What checks may ask beside the data itself. */
export interface CheckContext {
  /** Whether the file itself has a value at this path, rather than a default. */
  given(path: readonly (string | number)[]): boolean;
}

/** Node pools that are at least readable, by name. */
export function poolsOf(draft: ClusterDraft): [string, PoolDraft][] {
  return Object.entries(draft.nodePools ?? {}).filter(
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
