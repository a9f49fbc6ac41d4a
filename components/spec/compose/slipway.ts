/** What `x-slipway` adds to a Compose file, in its canonical form. */

/** `x-slipway` at the top level. */
export interface StackExtension {
  /** Environment version: the version of the file, three numbers such as `1.1.0`. */
  readonly version?: string;
  /** What a rollout that fails does: bring the whole stack back (the default), or stop and wait for a person. */
  readonly rollback?: "stack" | "pause";
  readonly jobs?: Readonly<Record<string, JobExtension>>;
  /** Who is told when something is wrong with the application: routes of alerts name it. */
  readonly owner?: string;
  /** Objectives, for dashboards and alerts. */
  readonly slo?: SloExtension;
  /** What Kubernetes lets the application's pods do. Default `baseline`. */
  readonly podSecurity?: PodSecurity;
}

/**
 * Levels of the Pod Security Standards. `baseline` keeps pods from the node and its network, `restricted` from root and
 * all capabilities besides, `privileged` keeps them from nothing that the file asks for.
 */
export type PodSecurity = "restricted" | "baseline" | "privileged";

/** A task that runs to its end: before or after a deploy, or at times. */
export interface JobExtension {
  readonly when: "before" | "after" | "schedule";
  /** Cron text; with `when: schedule` only. */
  readonly schedule?: string;
  /** Service whose definition (image, environment, networks, secrets) the job runs. */
  readonly service: string;
  /** Words that replace the service's command. */
  readonly command?: readonly string[];
  /** Time after which the job has failed, such as `10m0s`. */
  readonly timeout?: string;
}

export interface SloExtension {
  /** Percent of requests that must succeed. */
  readonly availability?: number;
  /** Duration by percentile name (`p99`). */
  readonly latency?: Readonly<Record<string, string>>;
}

/** `x-slipway` of a service. */
export interface ServiceExtension {
  /** Whether a task may get requests. */
  readonly readiness?: ProbeExtension;
  /** Whether a task must be replaced. */
  readonly liveness?: ProbeExtension;
  /** Whether a task has started; the other probes wait for it. */
  readonly startup?: ProbeExtension;
  readonly autoscale?: AutoscaleExtension;
  readonly ingress?: readonly IngressExtension[];
}

/** A probe has exactly one of `http`, `tcp` and `exec`. */
export interface ProbeExtension {
  readonly http?: { readonly path: string; readonly port: number };
  readonly tcp?: { readonly port: number };
  readonly exec?: { readonly command: readonly string[] };
  /** Durations in the form of Go (`10s`, `1m30s`). */
  readonly interval?: string;
  readonly timeout?: string;
  readonly initialDelay?: string;
  /** Failures in a row after which the probe has failed. */
  readonly failureThreshold?: number;
}

export interface AutoscaleExtension {
  readonly min: number;
  readonly max: number;
  /** CPU use, in percent of the limit, that replicas are held at. */
  readonly cpuPercent: number;
}

/** A host name, and a path on it, that lead to the service. */
export interface IngressExtension {
  readonly host: string;
  /** Default "/". */
  readonly path: string;
  /** Port in the container. */
  readonly port: number;
  /** Default true. */
  readonly tls: boolean;
  /** Path that answers 2xx or 3xx when a task can take requests. */
  readonly healthPath?: string;
}

/** `x-slipway` of a volume. */
export interface VolumeExtension {
  /** The volume's data may be lost when its node goes. Default false. */
  readonly ephemeral?: boolean;
  /** Room that is asked for on Kubernetes, a decimal text of bytes. Default 1 GiB. */
  readonly size?: string;
  /** On Kubernetes tasks on several nodes have the volume at a time, which its storage class must be able to do. Default false. */
  readonly shared?: boolean;
}
