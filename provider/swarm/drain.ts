import type { Context } from "../server/handler";
import type { Managers } from "./managers";
import { drainedSpec, findNode, restoredSpec, updateNode } from "./nodes";
import { until } from "../cluster/poll";
import { drainState, movingReplicas, type DrainState, type Service, type Task } from "./tasks";

/** How long services may take to run elsewhere: an image may have to be pulled there first. */
const drainSeconds = 300;
/** How long the scheduler may call a task impossible before it is believed: it does so in passing, too. */
const stuckSeconds = 20;
/** Between two looks, milliseconds. */
const pace = 1000;

/**
 * Moves everything off a node, and waits until what ran there runs elsewhere.
 * @throws naming the services that found no place; the node then has its former availability again.
 */
export async function drain(
  context: Context,
  managers: Managers,
  nodeId: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const moving = movingReplicas(nodeId, await listTasks(managers));
  await updateNode(managers, nodeId, drainedSpec);
  let last: DrainState = { leaving: [], missing: [], stuck: [] };
  let stuckSince: number | undefined;
  try {
    await until(
      async () => {
        const [node, services, tasks] = await Promise.all([
          findNode(managers, nodeId),
          managers.call((docker) => docker.listServices() as Promise<Service[]>),
          listTasks(managers),
        ]);
        const nodeIsDown = node?.Status.State === "down";
        last = drainState({ nodeId, nodeIsDown, moving, services, tasks });
        if (last.leaving.length === 0 && last.missing.length === 0) return true;
        stuckSince = last.stuck.length === 0 ? undefined : (stuckSince ?? performance.now());
        if (stuckSince !== undefined && performance.now() - stuckSince > stuckSeconds * 1000)
          throw new Error(stuckMessage(name, last));
        context.log.status(`draining ${name}: ${describe(last)}`);
        return undefined;
      },
      {
        seconds: drainSeconds,
        every: pace,
        signal,
        late: () => `${name} is not drained after ${drainSeconds} s: ${describe(last)}`,
      },
    );
  } catch (error) {
    // What could not move keeps running where it is.
    await restore(managers, nodeId).catch(() => undefined);
    throw error;
  }
}

/** Gives a drained node back the availability that it had. */
export async function restore(managers: Managers, nodeId: string): Promise<void> {
  await updateNode(managers, nodeId, restoredSpec);
}

function listTasks(managers: Managers): Promise<Task[]> {
  return managers.call((docker) => docker.listTasks() as Promise<Task[]>);
}

function describe({ leaving, missing }: DrainState): string {
  const parts: string[] = [];
  if (leaving.length > 0) parts.push(`tasks of ${leaving.join(", ")} have not ended there`);
  if (missing.length > 0) parts.push(`${missing.join(", ")} not yet complete elsewhere`);
  return parts.join("; ");
}

function stuckMessage(name: string, { stuck }: DrainState): string {
  return (
    `${name} cannot be drained, no other node takes ${stuck.join("; ")}. ` +
    "Add a node, relax the placement, scale the service down, or remove it first"
  );
}
