import type { ClusterLock, Context } from "../server/handler";
import type { MachineRef } from "../sdk/shapes";
import { underLease } from "../lease/hold";
import type { Connection } from "../transport/types";
import { drain, restore } from "./drain";
import { swarmLease } from "./lease";
import { Managers, stateOrInactive } from "./managers";
import { findNode, listNodes, membersOf } from "./nodes";
import { until } from "../cluster/poll";
import { pauseObjection } from "./quorum";
import { unlock, unlockKey } from "./unlock";

/** How long a node may take to be ready again after its engine was restarted. */
const readySeconds = 180;

/**
 * The lock of a cluster that is a Swarm: a lease that the Swarm itself keeps. What changes who decides or takes
 * a node away holds it: joins, promotions and demotions of managers, removals, engine restarts. Joins of workers
 * and changes of labels and availability need no turn: they disturb nobody, and the Swarm refuses stale updates.
 * It is not re-entrant: work under the lock must not ask for it again.
 */
export const swarmLock: ClusterLock = {
  hold<T>(
    context: Context,
    purpose: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const managers = new Managers(context);
    return underLease(context, () => swarmLease((ask) => managers.call(ask), purpose), work);
  },

  async disrupt<T>(
    context: Context,
    ref: MachineRef,
    purpose: string,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const connection = await context.connect(ref);
    const { state, nodeId } = await stateOrInactive(connection);
    if (state === "inactive") return work(connection);
    return swarmLock.hold(context, purpose, async (signal) => {
      const managers = new Managers(context, { avoid: nodeId });
      const nodes = await listNodes(managers);
      const objection = pauseObjection(membersOf(nodes), nodeId);
      if (objection !== undefined) throw new Error(`${ref.machine}: ${objection}`);
      // A Swarm of one node has nowhere to move anything.
      if (nodes.length > 1) await drain(context, managers, nodeId, ref.machine, signal);
      const key = await unlockKey(managers);
      if (key !== undefined) context.conceal(key);
      let result: T;
      try {
        result = await work(connection);
        // With autolock, a manager starts locked.
        if (key !== undefined) await unlock(connection.docker, key);
        await readyAgain(managers, nodeId, ref.machine, signal);
      } catch (error) {
        await restore(managers, nodeId).catch(() => undefined);
        throw error;
      }
      await restore(managers, nodeId);
      return result;
    });
  },
};

async function readyAgain(
  managers: Managers,
  nodeId: string,
  machine: string,
  signal: AbortSignal,
): Promise<void> {
  await until(
    async () => {
      const node = await findNode(managers, nodeId);
      if (node?.Status.State !== "ready") return undefined;
      const isManager = node.Spec.Role === "manager";
      return !isManager || node.ManagerStatus?.Reachability === "reachable" ? true : undefined;
    },
    {
      seconds: readySeconds,
      signal,
      late: () => `${machine}: the node is not ready again after ${readySeconds} s`,
    },
  );
}
