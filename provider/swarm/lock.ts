import type { ClusterLock, Context } from "../server/handler";
import type { MachineRef } from "../sdk/shapes";
import type { Connection } from "../transport/types";
import { drain, restore } from "./drain";
import { acquireLease } from "./lease";
import { Managers, stateOrInactive } from "./managers";
import { findNode, listNodes, membersOf } from "./nodes";
import { until } from "./poll";
import { pauseObjection } from "./quorum";
import { unlock, unlockKey } from "./unlock";

/** How long a node may take to be ready again after its engine was restarted. */
const readySeconds = 180;

/** Within one process handlers queue here; between processes the lease decides. */
let queue: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = queue.then(work, work);
  queue = turn.catch(() => undefined);
  return turn;
}

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
    return inTurn(async () => {
      const managers = new Managers(context);
      const lease = await acquireLease((ask) => managers.call(ask), {
        purpose,
        signal: context.signal,
        onWait: (holder) => {
          context.log.status(`waiting for the cluster's lease, ${holder}`);
        },
      });
      const held = (async () => {
        try {
          return await work(AbortSignal.any([context.signal, lease.lost]));
        } finally {
          await lease.release();
        }
      })();
      // When the engine dies, the work ends and the lease is given back, so that the next run has not to wait for its end.
      return context.critical(() => held);
    });
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
