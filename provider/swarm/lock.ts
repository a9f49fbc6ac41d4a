import type { ClusterLock, Context } from "../server/handler";
import type { MachineRef } from "../sdk/shapes";
import type { Connection } from "../transport/types";
import { drain } from "./drain";
import { acquireLease } from "./lease";
import { localState, reachManager } from "./managers";
import { findNode, listNodes, membersOf, updateNode } from "./nodes";
import { until } from "./poll";
import { pauseObjection } from "./quorum";

/** How long a node may take to be ready again after its engine was restarted. */
const readySeconds = 180;

/** Within one process handlers queue here; between processes the lease decides. */
let queue: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = queue.then(work, work);
  queue = turn.catch(() => undefined);
  return turn;
}

/** The lock of a cluster that is a Swarm: a lease that the Swarm itself keeps. */
export const swarmLock: ClusterLock = {
  hold<T>(
    context: Context,
    purpose: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return inTurn(async () => {
      const manager = async () => (await reachManager(context)).docker;
      const lease = await acquireLease(manager, {
        purpose,
        signal: context.signal,
        onWait: (holder) => {
          context.log.status(`waiting for the cluster's lease: ${holder}`);
        },
      });
      try {
        return await work(AbortSignal.any([context.signal, lease.lost]));
      } finally {
        await lease.release();
      }
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
      const manager = await reachManager(context, { avoid: nodeId });
      const objection = pauseObjection(membersOf(await listNodes(manager.docker)), nodeId);
      if (objection !== undefined) throw new Error(`${ref.machine}: ${objection}`);
      const before = (await findNode(manager.docker, nodeId))?.Spec.Availability ?? "active";
      // A Swarm of one node has nowhere to move anything.
      const alone = manager.nodeId === nodeId;
      if (!alone) await drain(context, manager, nodeId, ref.machine, signal);
      const result = await work(connection);
      await until(
        async () => {
          const node = await findNode((await reachManager(context)).docker, nodeId).catch(
            () => undefined,
          );
          return node?.Status.State === "ready" ? node : undefined;
        },
        {
          seconds: readySeconds,
          signal,
          late: () => `${ref.machine}: the node is not ready again after ${readySeconds} s`,
        },
      );
      const { docker } = await reachManager(context);
      await updateNode(docker, nodeId, (spec) => ({ ...spec, Availability: before }));
      return result;
    });
  },
};

/** An engine that is not there yet is in no Swarm. */
async function stateOrInactive(connection: Connection): Promise<{ state: string; nodeId: string }> {
  const there = await connection.run(
    "command -v dockerd >/dev/null && test -S /var/run/docker.sock",
  );
  if (there.code !== 0) return { state: "inactive", nodeId: "" };
  return localState(connection.docker);
}
