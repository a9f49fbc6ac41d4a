import type { Context } from "../../server/handler";
import { messageOf } from "../../server/failure";
import { KubectlError } from "../api/errors";
import type { PodDisruptionBudget } from "../api/objects";
import type { ControlPlanes } from "../controlPlanes";
import { cordon, uncordon } from "../nodes";
import { podsOn } from "./data";
import { blockingBudgets } from "./disruptionBudgets";

/** How long pods may take to go: their budgets allow it only when others are ready, and they may end gracefully. */
export const drainSeconds = 300;

/**
 * Closes a node and moves its pods off it, budgets respected.
 * @throws naming what keeps pods there; the node is open again then, and what could not move runs on.
 */
export async function drain(
  context: Context,
  cluster: ControlPlanes,
  nodeName: string,
  machine: string,
  signal: AbortSignal,
): Promise<void> {
  context.log.status(`draining ${machine}`);
  await cordon(cluster, nodeName);
  try {
    await cluster.call((kubectl) =>
      kubectl.run(
        `draining ${nodeName}`,
        [
          "drain",
          nodeName,
          "--ignore-daemonsets",
          "--delete-emptydir-data",
          `--timeout=${drainSeconds}s`,
          "--request-timeout=0",
        ],
        { timeoutSeconds: drainSeconds + 60, signal },
      ),
    );
  } catch (error) {
    const reason = await reasonOf(cluster, nodeName, error);
    await uncordon(cluster, nodeName).catch(() => undefined);
    signal.throwIfAborted();
    throw new Error(
      `${machine} cannot be drained within ${drainSeconds} s: ${reason}. Add a node, raise the replicas, relax the budget, or remove the application first`,
      { cause: error },
    );
  }
}

async function reasonOf(cluster: ControlPlanes, nodeName: string, error: unknown): Promise<string> {
  try {
    const blocked = await cluster.call(async (kubectl) =>
      blockingBudgets(
        await podsOn(kubectl, nodeName),
        await kubectl.list<PodDisruptionBudget>("poddisruptionbudgets", ["--all-namespaces"]),
      ),
    );
    if (blocked.length > 0) return blocked.join("; ");
  } catch {
    // What kubectl said says it, too.
  }
  return error instanceof KubectlError ? error.output.trim() : messageOf(error);
}
