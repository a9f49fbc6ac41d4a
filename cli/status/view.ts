/** What the status says: what all formats show. */
import type { Capacity } from "./capacity";
import type {
  AlertFacts,
  CertificateFacts,
  NodeFacts,
  Orchestrator,
  PlotFacts,
  ReleaseFacts,
  ServiceFacts,
} from "./facts";

/** How something is. `unknown` is not well: nobody could ask. */
export type Severity = "ok" | "warning" | "critical" | "unknown";

/** A part of a cluster's status: its content; or why there is none, and whether that is a gap or a choice. */
export type Part<T> =
  | { readonly severity: Severity; readonly value: T }
  | { readonly severity: "unknown" | "none"; readonly reason: string };

export interface Problem {
  readonly severity: Exclude<Severity, "ok">;
  /** A sentence without its end. */
  readonly text: string;
}

export interface StatusView {
  /** Of this shape; goes up when it changes. */
  readonly version: 1;
  /** When it was asked, ISO 8601. */
  readonly at: string;
  /** Version of Slipway. */
  readonly toolVersion: string;
  /** The worst of all. */
  readonly severity: Severity;
  /** The worst first. */
  readonly clusters: readonly ClusterView[];
  /** What belongs to no cluster that is known. */
  readonly problems: readonly Problem[];
}

export interface ClusterView extends ClusterParts {
  readonly stack: string;
  readonly orchestrator: Orchestrator;
  readonly version?: string;
  readonly severity: Severity;
  /** The worst first. */
  readonly problems: readonly Problem[];
}

export interface ClusterParts {
  readonly quorum: Part<QuorumView>;
  readonly nodes: Part<readonly NodeView[]>;
  readonly applications: Part<readonly ApplicationView[]>;
  readonly alerts: Part<readonly AlertView[]>;
  readonly certificates: Part<readonly CertificateView[]>;
  readonly capacity: Part<Capacity>;
  readonly plots: Part<readonly PlotFacts[]>;
}

export interface QuorumView {
  readonly members: number;
  readonly deciding: number;
  /** How many more may be lost before nothing can be decided; below nought nothing can be now. */
  readonly losses: number;
  readonly text: string;
}

export interface NodeView extends Pick<NodeFacts, "name" | "role" | "version" | "isReady"> {
  readonly severity: Severity;
  /** `ready`, `ready, drained`, `down`. */
  readonly state: string;
  /** Of the state alone; `severity` is of its use, too. */
  readonly stateSeverity: Severity;
  readonly cpu?: UseView;
  readonly memory?: UseView;
  readonly disk?: UseView & { readonly mountpoint: string };
}

export interface UseView {
  /** Between 0 and 1. */
  readonly used: number;
  readonly severity: Severity;
}

export interface ServiceView extends Pick<ServiceFacts, "name" | "running" | "wanted"> {
  readonly severity: Severity;
}

export interface ApplicationView {
  /** Its namespace on the cluster. */
  readonly name: string;
  /** Pulumi stack; absent for what none of the project has deployed. */
  readonly stack?: string;
  readonly environment?: string;
  /** The cluster's own: monitoring, ingress, what Kubernetes is made of. */
  readonly isPlatform: boolean;
  readonly severity: Severity;
  readonly release?: ReleaseFacts;
  readonly failedSince?: ReleaseFacts;
  /** Tasks or pods; absent where the orchestrator could not be asked. */
  readonly tasks?: { readonly running: number; readonly wanted: number };
  /** The worst first. */
  readonly services: readonly ServiceView[];
}

export interface AlertView extends AlertFacts {
  /** What it means for the cluster; nothing where it is silenced, or only informs. */
  readonly level: Severity | "none";
}

export interface CertificateView extends CertificateFacts {
  readonly severity: Severity;
  /** Whole days that are left; below nought it has ended. */
  readonly days: number;
}
