/** Objects of the Docker Engine API (1.41), with the fields that the provider reads. */

export interface LiveService {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: ServiceSpec;
  /** Of jobs only. */
  readonly JobStatus?: { readonly JobIteration?: { readonly Index?: number } } | null;
  readonly UpdateStatus?: { readonly State?: UpdateState; readonly Message?: string } | null;
}

export type UpdateState =
  | "updating"
  | "paused"
  | "completed"
  | "rollback_started"
  | "rollback_paused"
  | "rollback_completed";

export interface ServiceSpec {
  readonly Name: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly TaskTemplate?: TaskTemplate;
  readonly Mode?: {
    readonly Replicated?: { readonly Replicas?: number };
    readonly Global?: object;
    readonly ReplicatedJob?: { readonly TotalCompletions?: number };
    readonly GlobalJob?: object;
  };
  readonly [field: string]: unknown;
}

export interface TaskTemplate {
  readonly ContainerSpec?: {
    readonly Image?: string;
    readonly StopGracePeriod?: number;
    readonly [field: string]: unknown;
  };
  readonly ForceUpdate?: number;
  readonly RestartPolicy?: { readonly Condition?: string; readonly MaxAttempts?: number };
  readonly [field: string]: unknown;
}

export interface LiveTask {
  readonly ID: string;
  readonly CreatedAt: string;
  readonly NodeID?: string;
  /** Number among the replicas; tasks of global services have none. */
  readonly Slot?: number;
  readonly Spec?: TaskTemplate;
  readonly DesiredState: string;
  readonly JobIteration?: { readonly Index?: number };
  readonly Status: {
    readonly State: string;
    readonly Timestamp?: string;
    readonly Err?: string;
    readonly ContainerStatus?: { readonly ExitCode?: number } | null;
  };
}

/** A config or a secret. */
export interface LiveFile {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: {
    readonly Name: string;
    readonly Labels?: Readonly<Record<string, string>>;
    /** Base64; the engine never shows that of a secret. */
    readonly Data?: string;
  };
}

export interface LiveNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Driver?: string;
  readonly Options?: Readonly<Record<string, string>> | null;
  readonly Attachable?: boolean;
  readonly Internal?: boolean;
}
