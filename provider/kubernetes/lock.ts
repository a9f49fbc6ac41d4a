import { underLease } from "../lease/hold";
import { until } from "../cluster/poll";
import type { ClusterLock, Context } from "../server/handler";
import type { MachineRef } from "../sdk/shapes";
import type { Connection } from "../transport/types";
import { ControlPlanes } from "./controlPlanes";
import { etcdMembers } from "./etcd/cluster";
import { pauseObjection } from "./etcd/quorum";
import { kubernetesLease } from "./lease";
import { localState } from "./localState";
import { findNode, hasJoined, isControlPlane, unreadyReason } from "./nodes";

/** How long a node may take to be ready again. */
const readySeconds = 240;

/**
 * The lock of a Kubernetes cluster: a lease that its API keeps. What changes etcd's members, takes a node away or
 * upgrades it holds it. Joins of workers and changes of labels and taints need no turn: they disturb nobody, and the
 * API refuses stale writes. It is not re-entrant: work under the lock must not ask for it again.
 */
export const kubernetesLock: ClusterLock = {
  hold<T>(
    context: Context,
    purpose: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const cluster = new ControlPlanes(context);
    return underLease(context, () => kubernetesLease((ask) => cluster.call(ask), purpose), work);
  },

  /**
   * Of a node's container runtime: its pods run on while it restarts, so nothing is drained; the kubelet and, on a control
   * plane, etcd's quorum must stand it. A host that is no node yet has nobody to disturb.
   */
  async disrupt<T>(
    context: Context,
    ref: MachineRef,
    purpose: string,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const connection = await context.connect(ref);
    const local = await localState(connection);
    if (!local.hasKubelet || local.unfinished !== undefined) return work(connection);
    return kubernetesLock.hold(context, purpose, async (signal) => {
      const cluster = new ControlPlanes(context, { avoid: ref });
      const node = await findNode(cluster, local.nodeName);
      if (node !== undefined && isControlPlane(node)) await refusePause(cluster, local.nodeName);
      const result = await work(connection);
      if (node !== undefined && hasJoined(node))
        await readyAgain(cluster, local.nodeName, ref.machine, signal);
      return result;
    });
  },
};

/** @throws where etcd can't do without the node for a while. */
export async function refusePause(cluster: ControlPlanes, nodeName: string): Promise<void> {
  const objection = pauseObjection(await etcdMembers(cluster, nodeName), nodeName);
  if (objection !== undefined) throw new Error(objection);
}

/** Waits until the node is as ready as it was; a control plane counts when etcd has its member back. */
export async function readyAgain(
  cluster: ControlPlanes,
  nodeName: string,
  machine: string,
  signal: AbortSignal,
): Promise<void> {
  let reason: string | undefined;
  await until(
    async () => {
      const node = await findNode(cluster, nodeName);
      if (node === undefined) throw new Error(`${machine}: the cluster knows no node ${nodeName}`);
      reason = unreadyReason(node);
      if (!hasJoined(node)) return undefined;
      if (!isControlPlane(node)) return true;
      const members = await etcdMembers(cluster, nodeName);
      reason = "its etcd member is not healthy";
      return members.some(({ name, isHealthy }) => name === nodeName && isHealthy) || undefined;
    },
    {
      seconds: readySeconds,
      every: 1000,
      signal,
      late: () =>
        `${machine}: the node is not ready again after ${readySeconds} s: ${reason ?? "unknown reason"}`,
    },
  );
}
