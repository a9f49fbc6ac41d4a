/** The `platform.logging` section of `cluster.yml`, after parsing and defaulting. */

/** Collectors and OpenSearch, or the wires to an Elasticsearch or OpenSearch that the site has already. */
export interface LoggingSpec {
  /** Present unless `external` is. */
  readonly storage?: LoggingStorageSpec;
  /** Of the store. Default 2048. */
  readonly memoryMiB: number;
  readonly retention: LoggingRetentionSpec;
  readonly buffer: LoggingBufferSpec;
  /** Lines of the journal. Default true. */
  readonly system: boolean;
  /** Names of applications, with `*` for any text. */
  readonly exclude: readonly string[];
  /** OpenSearch Dashboards beside the store. Default false. */
  readonly dashboards: boolean;
  readonly images: LoggingImagesSpec;
  /** A store of the site; storage, memory and dashboards then have no effect. */
  readonly external?: ExternalLoggingSpec;
}

export interface LoggingStorageSpec {
  /** Machine that the volume is on. Always present in a Swarm. */
  readonly node?: string;
  readonly sizeGiB: number;
  /** Kubernetes only. Default: the cluster's. */
  readonly storageClass?: string;
}

export interface LoggingRetentionSpec {
  /** Hours. Default 14 days. */
  readonly hours: number;
  /** All lines together. Absent with `external`. */
  readonly sizeMiB?: number;
}

export interface LoggingBufferSpec {
  /** On each node. Default 1024. */
  readonly sizeMiB: number;
}

/** Full image names, in the place of the pinned ones. */
export interface LoggingImagesSpec {
  readonly collector?: string;
  readonly store?: string;
  readonly dashboards?: string;
}

export interface ExternalLoggingSpec {
  readonly url: string;
  /** Its password is a Pulumi secret. */
  readonly user: string;
  /** Default `elasticsearch`. */
  readonly kind: StoreKind;
}

/** Programs with nearly one API: what differs is how retention is asked for. */
export type StoreKind = "elasticsearch" | "opensearch";
