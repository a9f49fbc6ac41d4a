import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../server/handler";
import { inspectService, listTasks } from "./api";
import { judge } from "./judge";
import type { LiveService, LiveTask } from "./types";

/** Between two looks at a service, milliseconds. */
const every = 500;
/** Within this time the managers begin an update that is needed, milliseconds. */
const settleMs = 1000;
/** How long no node may take a task beyond the time that an old task may take to stop, seconds. */
const stuckSeconds = 20;
/** Docker's default for the time between SIGTERM and SIGKILL, nanoseconds. */
const defaultGraceNs = 10e9;

/** A rollout that will not come to its end. */
export class RolloutFailed extends Error {
  constructor(
    reason: string,
    readonly tasks: readonly LiveTask[],
  ) {
    super(reason);
    this.name = "RolloutFailed";
  }
}

export interface RolloutOptions {
  readonly name: string;
  /** Ids of the tasks that were there before the service was written. */
  readonly before: ReadonlySet<string>;
  readonly progressDeadlineSeconds: number;
  /**
   * How long all tasks must have been running before they count, milliseconds: until the ingress has heard of them, and
   * until one that crashes has done so. The managers watch a service after an update; after its creation nobody else does.
   * Default 0.
   */
  readonly steadyMs?: number;
  /** The managers are rolling the service back by themselves. Default false. */
  readonly rollingBack?: boolean;
}

/**
 * Waits until every task of a service runs what the service says, and is healthy.
 *
 * @throws RolloutFailed when the engine has given the update up, tasks fail again and again, no node takes one, or
 * nothing has moved for the progress deadline.
 */
export async function converged(
  context: Context,
  id: string,
  { name, before, progressDeadlineSeconds, steadyMs = 0, rollingBack = false }: RolloutOptions,
): Promise<LiveService> {
  const started = performance.now();
  let progress = { at: started, ready: -1 };
  let steadySince: number | undefined;
  let stuck: { readonly since: number; readonly reason: string } | undefined;
  for (;;) {
    context.signal.throwIfAborted();
    const [service, tasks] = await Promise.all([
      inspectService(context, id),
      listTasks(context, id),
    ]);
    if (service === undefined) throw new RolloutFailed("somebody has removed the service", []);
    const now = performance.now();
    const settled = now - started > settleMs;
    const verdict = judge({ service, tasks, before, settled, rollingBack });
    steadySince = verdict.state === "converged" ? (steadySince ?? now) : undefined;
    if (steadySince !== undefined && now - steadySince >= steadyMs) return service;
    if (verdict.state === "converged") {
      await sleep(every, undefined, { signal: context.signal });
      continue;
    }
    if (verdict.state === "failed") throw new RolloutFailed(verdict.reason, tasks);
    const { ready, wanted, stuck: reason } = verdict;
    if (ready !== progress.ready) progress = { at: now, ready };
    stuck = reason === undefined ? undefined : { since: stuck?.since ?? now, reason };
    context.log.status(
      `${name}: ${ready} of ${wanted} tasks ready${reason === undefined ? "" : ` (${reason})`}`,
    );
    const grace =
      (service.Spec.TaskTemplate?.ContainerSpec?.StopGracePeriod ?? defaultGraceNs) / 1e9;
    if (stuck !== undefined && now - stuck.since > (stuckSeconds + grace) * 1000)
      throw new RolloutFailed(`no node takes a task: ${stuck.reason}`, tasks);
    if (now - progress.at > progressDeadlineSeconds * 1000) {
      throw new RolloutFailed(
        `${ready} of ${wanted} tasks are ready, and nothing has moved for ${progressDeadlineSeconds} s`,
        tasks,
      );
    }
    await sleep(every, undefined, { signal: context.signal });
  }
}
