import { valueDifferences } from "./differences";
import { isScheduled } from "./serviceSpec";
import type { LiveService, LiveTask, TaskTemplate } from "./types";

/** Where the rollout of a service stands. */
export type Verdict =
  | { readonly state: "converged" }
  | {
      readonly state: "moving";
      /** Tasks that run what they should: more of them is progress. */
      readonly ready: number;
      readonly wanted: number;
      /** Why no node takes a task, in the scheduler's words. */
      readonly stuck?: string;
    }
  | { readonly state: "failed"; readonly reason: string };

export interface Rollout {
  readonly service: LiveService;
  readonly tasks: readonly LiveTask[];
  /** Tasks that were there before the service was written: what became of them says nothing about what was written. */
  readonly before: ReadonlySet<string>;
  /** The managers have had the time to begin an update: none under way means that none is needed. */
  readonly settled: boolean;
  /** The managers are rolling the service back, and that is what is waited for. */
  readonly rollingBack: boolean;
}

/** How often a task may fail at its place before a service without a running update counts as failed: a first start may come before what it needs. */
const failuresInPlace = 3;

/** Parts of a task's specification whose change needs a new task. */
const taskParts = ["ContainerSpec", "Resources", "LogDriver", "ForceUpdate", "Networks"] as const;

/** Judges a service by its tasks. Swarm calls a task running once its health check has passed. */
export function judge({ service, tasks, before, settled, rollingBack }: Rollout): Verdict {
  // The scheduler may start a task at any moment, which is an update of its own, and ends early as jobs do.
  if (isScheduled(service.Spec))
    return settled ? { state: "converged" } : { state: "moving", ready: 0, wanted: 0 };
  const update = service.UpdateStatus?.State;
  const isMoving = update === (rollingBack ? "rollback_started" : "updating");
  const isOver = update === (rollingBack ? "rollback_completed" : "completed");
  if (update !== undefined && !isMoving && !isOver)
    return { state: "failed", reason: service.UpdateStatus?.Message ?? update };
  const due = tasks.filter(({ DesiredState }) => DesiredState === "running");
  const ready = due.filter(
    (task) => task.Status.State === "running" && isUpToDate(task, service.Spec.TaskTemplate),
  ).length;
  const wanted = service.Spec.Mode?.Replicated
    ? (service.Spec.Mode.Replicated.Replicas ?? 1)
    : placesOfGlobal(tasks, before);
  const complete = ready === wanted && due.length === wanted;
  if (complete && settled && !isMoving) return { state: "converged" };
  const looping = isMoving ? undefined : crashLoop(tasks, before);
  if (looping !== undefined) return { state: "failed", reason: looping };
  const stuck = due.find(({ Status }) => Status.State === "pending" && (Status.Err ?? "") !== "")
    ?.Status.Err;
  return { state: "moving", ready, wanted, ...(stuck !== undefined && { stuck }) };
}

/** How many nodes should have a task of a global service: also those where it has failed, and waits to be started again. */
function placesOfGlobal(tasks: readonly LiveTask[], before: ReadonlySet<string>): number {
  const coming = tasks.filter(({ DesiredState }) => /^(ready|running)$/.test(DesiredState));
  return new Set([...coming, ...failedTasks(tasks, before)].map(({ NodeID }) => NodeID)).size;
}

function isUpToDate(task: LiveTask, template: TaskTemplate = {}): boolean {
  return taskParts.every(
    (part) => valueDifferences(task.Spec?.[part], template[part]).length === 0,
  );
}

function crashLoop(tasks: readonly LiveTask[], before: ReadonlySet<string>): string | undefined {
  const failures = new Map<string, number>();
  // A service that ends without an error, again and again, does not run either.
  const ended = tasks.filter(({ ID, Status }) => !before.has(ID) && Status.State === "complete");
  for (const task of [...failedTasks(tasks, before), ...ended]) {
    const place = String(task.Slot ?? task.NodeID);
    const count = (failures.get(place) ?? 0) + 1;
    failures.set(place, count);
    if (count >= failuresInPlace) return `its task was started ${count} times and ended each time`;
  }
  return undefined;
}

/** Tasks of this rollout that did not live, the latest first. */
export function failedTasks(
  tasks: readonly LiveTask[],
  before: ReadonlySet<string>,
): readonly LiveTask[] {
  return tasks
    .filter(({ ID, Status }) => !before.has(ID) && /^(failed|rejected)$/.test(Status.State))
    .sort((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1));
}
