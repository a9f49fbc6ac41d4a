import type { KubernetesNodeInputs, KubernetesNodeOutputs } from "../../sdk/kubernetesShapes";
import type { Context } from "../../server/handler";
import { until } from "../../cluster/poll";
import { reachLeaving, Removals } from "../../cluster/removals";
import type { Connection } from "../../transport/types";
import type { KubernetesObject, Node } from "../api/objects";
import { ControlPlanes, isSameMachine, NoControlPlane } from "../controlPlanes";
import { isVirtual, releaseAddressScript, syncPeers } from "../endpoint/sync";
import { dropMembers, etcdMembers } from "../etcd/cluster";
import { removalObjection } from "../etcd/quorum";
import { resetHost } from "../kubeadm/reset";
import { isClean, localState } from "../localState";
import { kubernetesLock } from "../lock";
import { findNode, isControlPlane, isSilent, listNodes } from "../nodes";
import { readRecord } from "../record";
import { volumesDetached } from "./attachments";
import { dataOn, refusal } from "./data";
import { drain } from "./drain";
import { deleteNode, removeGhost } from "./ghosts";
import { judgeLastControlPlane } from "./lastControlPlane";

type Member = KubernetesNodeInputs & KubernetesNodeOutputs;

/** `lost`: the cluster itself calls a node silent after about 50 s. */
const seconds = { lost: 180, others: 1200 } as const;
/** Between two looks at whether other nodes have gone, milliseconds. */
const pace = 2000;

const removals = new Removals();
const workersPace = { seconds: seconds.others, every: pace / 4 } as const;

/**
 * Takes a machine out of the cluster: drained, out of etcd, reset, deleted. Refuses what would destroy data or break
 * quorum. Every step looks first, so that a run that was cut off is simply repeated.
 */
export function leave(context: Context, member: Member): Promise<void> {
  return removals.track(member.nodeName, member, async () => {
    const connection = await reachLeaving(context, member, "reached to take it out of the cluster");
    if (member.role === "controlPlane")
      await removals.workersFirst(context, member, "control plane", workersPace);
    if (connection === undefined) await removeUnreached(context, member);
    else await removeReached(context, member, connection);
  });
}

/** The cluster as seen by a node that leaves; `undefined` when there is none any more. */
async function clusterFor(context: Context, member: Member): Promise<ControlPlanes | undefined> {
  const cluster = new ControlPlanes(context, { clusterId: member.clusterId, avoid: member });
  try {
    await cluster.call(() => Promise.resolve());
    return cluster;
  } catch (error) {
    if (error instanceof NoControlPlane && error.allOut) return undefined;
    throw error;
  }
}

async function removeReached(
  context: Context,
  member: Member,
  connection: Connection,
): Promise<void> {
  const { machine, nodeName } = member;
  let others: readonly string[] = [];
  await until(
    async () => {
      const cluster = await clusterFor(context, member);
      if (cluster === undefined) {
        await reset(context, connection, member);
        return true;
      }
      return kubernetesLock.hold(context, `removing ${machine}`, async (signal) => {
        const node = await findNode(cluster, nodeName);
        if (node === undefined) {
          await reset(context, connection, member);
          return true;
        }
        await refuseDataLoss(cluster, member);
        const { endpoint } = await cluster.one();
        if (!isSameMachine(endpoint, member)) {
          await retire(context, cluster, member, node, connection, signal);
          return true;
        }
        const verdict = judgeLastControlPlane(await listNodes(cluster), nodeName, (name) =>
          removals.hasFailed(name),
        );
        if (verdict.kind === "refuse") throw new Error(`${machine} stays: ${verdict.reason}`);
        if (verdict.kind === "leave") {
          await endCluster(context, cluster, connection, member);
          return true;
        }
        others = verdict.others;
        context.log.status(
          `${machine} is the last control plane and waits for ${others.join(", ")}`,
        );
        return undefined;
      });
    },
    {
      seconds: seconds.others,
      every: pace,
      signal: context.signal,
      late: () =>
        `${machine} stays: it is the only control plane that answers, and ${others.join(", ")} are still in the cluster. Remove them first, or bring another control plane back`,
    },
  );
}

async function refuseDataLoss(cluster: ControlPlanes, member: Member): Promise<void> {
  if (member.ephemeralVolumes) return;
  const held = await cluster.call((kubectl) => dataOn(kubectl, member.nodeName));
  if (held.length > 0) throw new Error(refusal(member.machine, held));
}

/** Drain, etcd, reset, delete: the way of a node whose host answers. */
async function retire(
  context: Context,
  cluster: ControlPlanes,
  member: Member,
  node: Node,
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  const { machine, nodeName } = member;
  const decides = isControlPlane(node);
  if (decides) {
    const objection = removalObjection(await etcdMembers(cluster, nodeName), nodeName);
    if (objection !== undefined) throw new Error(`${machine} is not removed: ${objection}`);
  }
  // Pods of a kubelet that nobody hears from can't be asked to go.
  if (!isSilent(node)) {
    await drain(context, cluster, nodeName, machine, signal);
    await volumesDetached(context, cluster, nodeName, machine, signal);
  }
  if (decides) {
    await connection.must("giving the virtual address away", releaseAddressScript);
    await dropMembers(cluster, ({ name }) => name === nodeName, nodeName);
  }
  await reset(context, connection, member);
  await deleteNode(cluster, nodeName);
  if (decides) await tellPeers(context, cluster, member);
}

/** The last control plane: what the cluster knows goes with it. */
async function endCluster(
  context: Context,
  cluster: ControlPlanes,
  connection: Connection,
  member: Member,
): Promise<void> {
  const namespaces = await cluster.call((kubectl) => kubectl.list<KubernetesObject>("namespaces"));
  const applications = namespaces
    .map(({ metadata }) => metadata.name)
    .filter((name) => name !== "default" && !name.startsWith("kube-"));
  if (applications.length > 0)
    context.warn(
      `the cluster ends, and with it what is in its namespaces ${applications.join(", ")}`,
    );
  await reset(context, connection, member);
}

/** Takes the cluster off the host, if the host is still the node that is to go. */
async function reset(context: Context, connection: Connection, member: Member): Promise<void> {
  const local = await localState(connection);
  if (isClean(local) || local.nodeName !== member.nodeName) return;
  context.log.status(`${member.machine} leaves the cluster`);
  await context.critical(() => resetHost(connection));
  const after = await localState(connection);
  if (!isClean(after))
    throw new Error(
      `${member.machine}: was told to leave the cluster, but has parts of it still: look at /var/log/slipway-kubeadm.log there, then run again`,
    );
}

async function tellPeers(context: Context, cluster: ControlPlanes, member: Member): Promise<void> {
  const record = await cluster.call(readRecord);
  if (!isVirtual(record?.apiEndpoint)) return;
  const endpoints = await context.inventory.managers();
  await syncPeers(
    context,
    record.apiEndpoint.address,
    endpoints.filter((endpoint) => !isSameMachine(endpoint, member)),
  );
}

/** A node whose host the inventory does not have any more. */
async function removeUnreached(context: Context, member: Member): Promise<void> {
  const { machine, nodeName } = member;
  const cluster = await clusterFor(context, member);
  if (cluster === undefined) return;
  await kubernetesLock.hold(context, `removing ${machine}`, async (signal) => {
    const node = await settledDown(cluster, member, signal);
    if (node === undefined) return;
    if (!isSilent(node)) {
      await refuseDataLoss(cluster, member);
      await drain(context, cluster, nodeName, machine, signal);
      context.warn(
        `${machine} (${nodeName}) is no host of this cluster any more and was taken out of the cluster. It keeps its data, and believes to be a node: run \`kubeadm reset\` on it`,
      );
    }
    await removeGhost(cluster, nodeName);
    if (member.role === "controlPlane") await tellPeers(context, cluster, member);
  });
}

/** The node, once nobody hears from it if its VM is confirmed gone; existing hosts may live on. */
async function settledDown(
  cluster: ControlPlanes,
  { machine, nodeName, vmUuid }: Member,
  signal: AbortSignal,
): Promise<Node | undefined> {
  if (vmUuid === undefined) return findNode(cluster, nodeName);
  const settled = await until(
    async () => {
      const node = await findNode(cluster, nodeName);
      return node === undefined || isSilent(node) ? { node } : undefined;
    },
    {
      seconds: seconds.lost,
      every: pace,
      signal,
      late: () =>
        `${machine} is not removed: its VM is gone, but the cluster hears from node ${nodeName} still`,
    },
  );
  return settled.node;
}
