import type { Endpoint, Inventory } from "../inventory/types";
import type { ApplicationAccess } from "../application/access";
import type { KubernetesClient } from "../application/kubernetes/client";
import type { MachineRef, HostsConfig } from "../sdk/shapes";
import type { Connection } from "../transport/types";
import type { Planned } from "./unknown";

/** What one resource type of the provider does. Everything that crosses the wire is plain data: the server unwraps secrets and wraps them again. */
export interface ResourceHandler<I extends object, O extends object> {
  /** `slipway:index:Host`. */
  readonly token: string;
  /** Outputs that are stored as Pulumi secrets. Inputs that came as secrets stay secret by themselves. */
  readonly secretOutputs: readonly string[];
  /** Inputs that may be absent: `olds` then lacks them too, even where recorded outputs still have them. */
  readonly optionalInputs?: readonly string[];
  /** Problems of the inputs alone, all at once; nothing is asked of any machine here. */
  check(inputs: Planned<I>): readonly Problem[];
  /** Pure. `olds` are the recorded outputs with the old inputs laid over them. */
  diff(olds: I & O, news: Planned<I>): Difference;
  /**
   * What somebody else has changed since the last operation, for an update to put back. Asked in each preview and
   * update, beside `diff`: it must be quick, and what can't be asked is no drift.
   */
  drift?(context: Context, olds: I & O): Promise<readonly ChangedPath[]>;
  /** Warnings that every preview and update shows beside an existing resource, changed or not. */
  advise?(context: Context, olds: I & O, news: Planned<I>): readonly string[];
  /** What `create` (no `olds`) or `update` would answer, with `unknown` for what only the real run can tell. Changes nothing. */
  preview(context: Context, inputs: Planned<I>, olds?: I & O): Promise<Planned<O>>;
  /** Must find and adopt what an earlier, killed run left behind. Throws `PartlyCreated` when something exists already but is not as it should be. */
  create(context: Context, inputs: I): Promise<Created<O>>;
  /** `undefined` only when the machine's source or the cluster confirms the absence; what cannot be asked keeps its state with a warning. */
  read(context: Context, id: string, olds: I & O): Promise<ReadState<I, O> | undefined>;
  /** Throws `PartlyCreated` when it stopped half way and the state has to say so. */
  update(context: Context, id: string, olds: I & O, news: I): Promise<O>;
  delete(context: Context, id: string, olds: I & O): Promise<void>;
}

export interface Problem {
  /** Path of the input (`requirements.freePorts[0]`). */
  readonly property: string;
  /** What is wrong and what to do. */
  readonly reason: string;
}

export interface Difference {
  readonly changes: boolean;
  /** Keys whose change needs a new resource. Default none. */
  readonly replaces?: readonly string[];
  /** Top-level inputs that differ, shown by the engine. Default: none are named. */
  readonly changedKeys?: readonly string[];
  /** Where exactly the inputs differ (`spec.TaskTemplate.ContainerSpec.Image`), in the place of `changedKeys`. */
  readonly changedPaths?: readonly ChangedPath[];
  /** Delete the old resource before the new one is created. Default false. */
  readonly deleteBeforeReplace?: boolean;
}

export interface ChangedPath {
  /** As Pulumi writes property paths. */
  readonly path: string;
  readonly kind: "added" | "deleted" | "updated";
  /** What there is differs from what was recorded: somebody else changed it. Default false: the input has changed. */
  readonly isDrift?: boolean;
}

export interface Created<O> {
  readonly id: string;
  readonly outputs: O;
}

export interface ReadState<I, O> {
  /** Inputs as they would have to be to describe what is there: a difference to the old ones is drift. */
  readonly inputs: I;
  readonly outputs: O;
}

/** Messages that the user sees beside the resource, by the engine's own display. */
export interface EngineLog {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  /** Short-lived progress, replaced by the next one. */
  status(text: string): void;
}

/** What an operation of one resource has to work with. */
export interface Context {
  readonly urn: string;
  /** Of a provider that is connected to hosts; it throws where it is connected to a cluster's API. */
  readonly config: HostsConfig;
  /** Of a provider that is connected to a cluster's Docker API; it throws where it is not. */
  readonly application: ApplicationAccess;
  /** Of a provider that is connected to a cluster's Kubernetes API; it throws where it is not. */
  readonly kubernetes: KubernetesClient;
  readonly inventory: Inventory;
  readonly log: EngineLog;
  /** Cancelled by the engine, by the resource's time-out, or because the engine is gone. Checked between steps. */
  readonly signal: AbortSignal;
  /** Warns the user beside this resource: `log.warn`. */
  warn(text: string): void;
  /** From now on this text appears as `[secret]` in every message and log of the provider (tokens, keys). */
  conceal(secret: string): void;
  /** Resolves the machine and connects; connections are pooled, so callers neither close nor keep them. */
  connect(ref: MachineRef): Promise<Connection>;
  /**
   * Connects to an endpoint that the inventory named (`managers()`, `machines()`). A host that does not
   * answer is tried again for `patienceSeconds`, 20 by default.
   */
  connectTo(endpoint: Endpoint, patienceSeconds?: number): Promise<Connection>;
  /**
   * Runs a short step that must not be torn (an answer that must reach state, a pair of calls). When the
   * engine dies the provider waits for it, two seconds at most: the step must still be repeatable.
   */
  critical<T>(work: () => Promise<T>): Promise<T>;
}

/** One lock per cluster, held on the cluster itself, so that runs that know nothing of each other take turns. */
export interface ClusterLock {
  /** Waits for the lease, runs `work` while it is renewed, and gives it back. `signal` aborts when the lease is lost. */
  hold<T>(context: Context, purpose: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /**
   * Runs `work` that takes one machine out of service (engine upgrade or restart): under the lease, with quorum
   * checked before, the node drained where that serves its applications, and the node ready again afterwards.
   * A machine that is no member of a Swarm yet: `work` runs at once, without a lease.
   */
  disrupt<T>(
    context: Context,
    ref: MachineRef,
    purpose: string,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T>;
}

/** Thrown by `create` and `update` when the resource exists but is not finished: state keeps it, the next run updates it. */
export class PartlyCreated extends Error {
  constructor(
    readonly id: string,
    readonly outputs: object,
    message: string,
  ) {
    super(message);
    this.name = "PartlyCreated";
  }
}
