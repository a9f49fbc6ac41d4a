/** What is known of clusters, as their APIs, their monitoring and the Pulumi state tell it: all that the status is made of. */

/** An answer; why there is none; or that there is nothing to ask, and why. What could not be asked is never an answer. */
export type Asked<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "unknown"; readonly reason: string }
  | { readonly kind: "absent"; readonly reason: string };

export const known = <T>(value: T): Asked<T> => ({ kind: "known", value });
export const unknown = (reason: string): Asked<never> => ({ kind: "unknown", reason });
export const absent = (reason: string): Asked<never> => ({ kind: "absent", reason });

export interface StatusFacts {
  /** When it was asked, ISO 8601. */
  readonly at: string;
  /** Version of Slipway. */
  readonly toolVersion: string;
  readonly clusters: readonly ClusterFacts[];
  /** Pulumi stacks that could not be read, of which nobody knows what they are. */
  readonly unreadable: readonly { readonly stack: string; readonly reason: string }[];
}

export type Orchestrator = "swarm" | "kubernetes";

export interface ClusterFacts {
  /** Pulumi stack. */
  readonly stack: string;
  readonly orchestrator: Orchestrator;
  /** Version of its `cluster.yml`. */
  readonly version?: string;
  /** What the orchestrator says. */
  readonly members: Asked<MemberFacts>;
  /** Of the applications that Pulumi stacks of the project have put on the cluster. */
  readonly applications: readonly ApplicationFacts[];
  readonly measures: Asked<MeasureFacts>;
  readonly alerts: Asked<readonly AlertFacts[]>;
  /** Those that the Pulumi state has. Those that probes see are among the measures. */
  readonly certificates: readonly CertificateFacts[];
}

export interface MemberFacts {
  readonly nodes: readonly NodeFacts[];
  readonly services: readonly ServiceFacts[];
}

export interface Amount {
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface NodeFacts {
  readonly name: string;
  readonly role: "manager" | "controlPlane" | "worker";
  readonly isReady: boolean;
  /** Of one that is not ready: what the orchestrator says of it. */
  readonly trouble?: string;
  readonly availability: "active" | "pause" | "drain" | "cordoned";
  /** Of managers and control planes: whether they take part in decisions now. */
  readonly decides?: boolean;
  /** Of the engine, or of the kubelet. */
  readonly version: string;
  /** Tasks of applications may be put on it. */
  readonly takesWork: boolean;
  readonly has: Amount;
  /** Reserved by what runs on it. */
  readonly reserved: Amount;
  /** The part of it that every node has one of: it does not move to another one. */
  readonly reservedByEach: Amount;
}

export interface ServiceFacts {
  /** Namespace on the cluster: the application's name. */
  readonly application: string;
  readonly name: string;
  readonly running: number;
  readonly wanted: number;
}

export interface ApplicationFacts {
  /** Pulumi stack. */
  readonly stack: string;
  /** Namespace of its services on the cluster. */
  readonly namespace: string;
  readonly environment?: string;
  /** The release has services that run all the time, not jobs alone. */
  readonly hasServices: boolean;
  /** Absent where none has succeeded yet. */
  readonly release?: ReleaseFacts;
  /** A later one that was tried and failed. */
  readonly failedSince?: ReleaseFacts;
}

export interface ReleaseFacts {
  readonly number: number;
  readonly applicationVersion: string;
  readonly environmentVersion?: string;
  readonly kind: "deploy" | "rollback" | "promote";
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface MeasureFacts {
  /** By the name of the node; shares between 0 and 1. */
  readonly nodes: Readonly<Record<string, UseFacts>>;
  readonly plots: readonly PlotFacts[];
  readonly certificates: readonly CertificateFacts[];
}

export interface UseFacts {
  readonly cpu?: number;
  readonly memory?: number;
  /** The fullest of its file systems. */
  readonly disk?: { readonly used: number; readonly mountpoint: string };
}

export const plotNames = ["cpu", "memory", "requests", "errors", "latency"] as const;
export type PlotName = (typeof plotNames)[number];

/** One figure of a cluster over the last hours. */
export interface PlotFacts {
  readonly name: PlotName;
  /** At equal distances, the oldest first; null where there was none. Empty where there is none at all. */
  readonly values: readonly (number | null)[];
}

export interface AlertFacts {
  readonly name: string;
  readonly severity: string;
  readonly owner?: string;
  /** ISO 8601. */
  readonly since: string;
  readonly summary: string;
  readonly runbook?: string;
  readonly isSilenced: boolean;
}

export interface CertificateFacts {
  readonly name: string;
  /** ISO 8601. */
  readonly expires: string;
}
