import { scheduledLabel } from "../sdk/ownership";

/** A task, with the fields of the Engine API that draining reads. */
export interface Task {
  readonly ID: string;
  readonly ServiceID: string;
  /** Number among the service's replicas; tasks of global services have none. */
  readonly Slot?: number;
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly Status: { readonly State: string; readonly Err?: string };
}

export interface Service {
  readonly ID: string;
  readonly Spec: {
    readonly Name: string;
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Mode?: { readonly Replicated?: { readonly Replicas?: number } | null };
    readonly TaskTemplate?: { readonly RestartPolicy?: { readonly Condition?: string } | null };
  };
}

/** One replica of a service, wherever it runs. */
export interface Replica {
  readonly service: string;
  readonly slot: number;
}

const ended = new Set(["complete", "shutdown", "failed", "rejected", "remove", "orphaned"]);

function isLive(task: Task): boolean {
  return !ended.has(task.Status.State);
}

function isReplica(task: Task, { service, slot }: Replica): boolean {
  return task.ServiceID === service && task.Slot === slot;
}

/**
 * Replicas that a drain of the node takes away for a moment: those that run on it, and those that an
 * earlier, cut-off drain has stopped there and that do not run elsewhere yet. A replica that did not
 * run before is not among them: what was broken is not waited for.
 */
export function movingReplicas(nodeId: string, tasks: readonly Task[]): Replica[] {
  const moving = new Map<string, Replica>();
  for (const task of tasks) {
    if (task.NodeID !== nodeId || task.Slot === undefined) continue;
    const replica = { service: task.ServiceID, slot: task.Slot };
    const runs = task.Status.State === "running";
    const successor = tasks.find(
      (other) => isReplica(other, replica) && other.NodeID !== nodeId && isLive(other),
    );
    const cutOff =
      task.Status.State === "shutdown" &&
      successor !== undefined &&
      successor.Status.State !== "running";
    if (runs || cutOff) moving.set(`${replica.service} ${replica.slot}`, replica);
  }
  return [...moving.values()];
}

/** Whether a task that a drain stops is started elsewhere, to stay: jobs at times wait for their next time. */
function isStartedAgain({ Labels, TaskTemplate }: Service["Spec"]): boolean {
  return Labels?.[scheduledLabel] !== "true" && TaskTemplate?.RestartPolicy?.Condition !== "none";
}

/** What a drained node still waits for. */
export interface DrainState {
  /** Services with a task on the node that has not ended. */
  readonly leaving: readonly string[];
  /** Services whose moved replicas do not all run elsewhere yet. */
  readonly missing: readonly string[];
  /** Of the missing: those that no other node takes, with the scheduler's words. */
  readonly stuck: readonly string[];
}

export interface DrainView {
  readonly nodeId: string;
  /** Nobody hears from the node: what its tasks were last is no news. */
  readonly nodeIsDown: boolean;
  readonly moving: readonly Replica[];
  readonly services: readonly Service[];
  readonly tasks: readonly Task[];
}

/** Where draining a node stands: done when nothing is leaving and nothing is missing. */
export function drainState({ nodeId, nodeIsDown, moving, services, tasks }: DrainView): DrainState {
  const state = { leaving: [] as string[], missing: [] as string[], stuck: [] as string[] };
  for (const { ID, Spec } of services) {
    const own = tasks.filter(({ ServiceID }) => ServiceID === ID);
    if (!nodeIsDown && own.some((task) => task.NodeID === nodeId && isLive(task)))
      state.leaving.push(Spec.Name);
    const elsewhere = own.filter(
      ({ NodeID, DesiredState, Status }) =>
        NodeID !== nodeId && DesiredState === "running" && Status.State === "running",
    );
    if (!isStartedAgain(Spec)) continue;
    // Scaled down meanwhile: as many as there should be is enough.
    if (elsewhere.length >= (Spec.Mode?.Replicated?.Replicas ?? 0)) continue;
    const waiting = moving.filter(
      (replica) => replica.service === ID && !elsewhere.some((task) => isReplica(task, replica)),
    );
    if (waiting.length === 0) continue;
    state.missing.push(Spec.Name);
    const refused = own.find(
      ({ DesiredState, Status }) =>
        DesiredState !== "shutdown" && Status.State === "pending" && (Status.Err ?? "") !== "",
    );
    if (refused !== undefined) state.stuck.push(`${Spec.Name} (${refused.Status.Err ?? ""})`);
  }
  return state;
}
