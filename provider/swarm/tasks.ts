import type Docker from "dockerode";

/** A task, with the fields of the Engine API that draining reads. */
export interface Task {
  readonly ID: string;
  readonly ServiceID: string;
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly Status: { readonly State: string; readonly Err?: string; readonly Message?: string };
}

export interface Service {
  readonly ID: string;
  readonly Spec: {
    readonly Name: string;
    readonly Mode?: { readonly Replicated?: { readonly Replicas?: number } | null };
  };
}

const ended = new Set(["complete", "shutdown", "failed", "rejected", "remove", "orphaned"]);

/** What a drained node still waits for. */
export interface DrainState {
  /** Services with a task on the node that has not ended. */
  readonly leaving: readonly string[];
  /** Replicated services that do not run as many tasks elsewhere as they should. */
  readonly missing: readonly string[];
  /** Of the missing: those that no other node can take, with the scheduler's words. */
  readonly stuck: readonly string[];
}

/** Where draining a node stands: done when all three lists are empty. */
export function drainState(
  nodeId: string,
  services: readonly Service[],
  tasks: readonly Task[],
): DrainState {
  const state = { leaving: [] as string[], missing: [] as string[], stuck: [] as string[] };
  for (const service of services) {
    const own = tasks.filter(({ ServiceID }) => ServiceID === service.ID);
    if (own.some(({ NodeID, Status }) => NodeID === nodeId && !ended.has(Status.State)))
      state.leaving.push(service.Spec.Name);
    const replicas = service.Spec.Mode?.Replicated?.Replicas;
    if (replicas === undefined) continue;
    const running = own.filter(
      ({ NodeID, DesiredState, Status }) =>
        NodeID !== nodeId && DesiredState === "running" && Status.State === "running",
    );
    if (running.length >= replicas) continue;
    state.missing.push(service.Spec.Name);
    const waiting = own.find(
      ({ DesiredState, Status }) =>
        DesiredState === "running" &&
        Status.State === "pending" &&
        Status.Err !== undefined &&
        Status.Err !== "",
    );
    if (waiting !== undefined)
      state.stuck.push(`${service.Spec.Name} (${waiting.Status.Err ?? ""})`);
  }
  return state;
}

export async function readDrainState(docker: Docker, nodeId: string): Promise<DrainState> {
  const [services, tasks] = await Promise.all([
    docker.listServices() as Promise<Service[]>,
    docker.listTasks() as Promise<Task[]>,
  ]);
  return drainState(nodeId, services, tasks);
}
