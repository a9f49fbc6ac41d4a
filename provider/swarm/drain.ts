import type { Context } from "../server/handler";
import type { Manager } from "./managers";
import { updateNode } from "./nodes";
import { until } from "./poll";
import { readDrainState, type DrainState } from "./tasks";

/** How long services may take to run elsewhere: an image may have to be pulled there first. */
const drainSeconds = 300;
/** How long the scheduler may call a task impossible before it is believed: it does so in passing, too. */
const stuckSeconds = 20;

/**
 * Moves everything off a node, and waits until it runs elsewhere.
 * @throws naming the services that found no place; the node is then active again.
 */
export async function drain(
  context: Context,
  manager: Manager,
  nodeId: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const { docker } = manager;
  await updateNode(docker, nodeId, (spec) => ({ ...spec, Availability: "drain" }));
  let last: DrainState = { leaving: [], missing: [], stuck: [] };
  let stuckSince: number | undefined;
  try {
    await until(
      async () => {
        last = await readDrainState(docker, nodeId);
        if (last.leaving.length === 0 && last.missing.length === 0) return true;
        stuckSince = last.stuck.length === 0 ? undefined : (stuckSince ?? Date.now());
        if (stuckSince !== undefined && Date.now() - stuckSince > stuckSeconds * 1000)
          throw new Error(stuckMessage(name, last));
        context.log.status(`draining ${name}: ${describe(last)}`);
        return undefined;
      },
      {
        seconds: drainSeconds,
        signal,
        late: () => `${name} is not drained after ${drainSeconds} s: ${describe(last)}`,
      },
    );
  } catch (error) {
    // What could not move keeps running where it is.
    await updateNode(docker, nodeId, (spec) => ({ ...spec, Availability: "active" })).catch(
      () => undefined,
    );
    throw error;
  }
}

function describe({ leaving, missing }: DrainState): string {
  const parts: string[] = [];
  if (leaving.length > 0) parts.push(`tasks of ${leaving.join(", ")} still end there`);
  if (missing.length > 0) parts.push(`${missing.join(", ")} not yet complete elsewhere`);
  return parts.join("; ");
}

function stuckMessage(name: string, { stuck }: DrainState): string {
  return `${name} cannot be drained, no other node takes: ${stuck.join("; ")}. Add a node, relax the placement, or remove the service first`;
}
