import type { Endpoint } from "../../inventory/types";
import type { Context } from "../../server/handler";
import type { KubernetesNodeInputs } from "../../sdk/kubernetesShapes";
import { until } from "../../cluster/poll";
import type { Connection } from "../../transport/types";
import type { Node } from "../api/objects";
import { clusterVersion } from "../cluster/kubeadmConfig";
import type { ControlPlane, ControlPlanes } from "../controlPlanes";
import {
  copyEncryptionKey,
  writeAuditPolicy,
  writeKubeletPatch,
  writeSnapshots,
} from "../controlPlaneFiles";
import { holdAddress, isVirtual, syncPeers } from "../endpoint/sync";
import { dropMembers, etcdMembers } from "../etcd/cluster";
import { additionObjection } from "../etcd/quorum";
import { joinConfig } from "../kubeadm/configs";
import { resetHost } from "../kubeadm/reset";
import { finishedScript, runKubeadm } from "../kubeadm/run";
import { localState, type LocalState } from "../localState";
import { readyAgain } from "../lock";
import { nodeFacts } from "../nodeFacts";
import {
  findNode,
  hasJoined,
  isControlPlane,
  isReady,
  machineLabel,
  unreadyReason,
  vmLabel,
} from "../nodes";
import { caFile } from "../paths";
import { readRecord, type ClusterRecord } from "../record";
import { requireKubeadm } from "../tools";
import { kubeletSkew } from "../versions";
import { withAdmission } from "./admission";
import { NotNow } from "./arrivals";
import { deleteNode, isGone } from "./ghosts";
import { judgeMembership } from "./membership";

/** How long a joined node may take to report, seconds. */
const readySeconds = 240;

/** A host that joins. */
export interface Newcomer {
  readonly inputs: KubernetesNodeInputs;
  readonly endpoint: Endpoint;
  readonly connection: Connection;
}

/** Makes the host a member of the cluster, or finds that it is one. Answers its node, as ready as it can be without a pod network. */
export async function joined(
  context: Context,
  cluster: ControlPlanes,
  newcomer: Newcomer,
  signal: AbortSignal,
): Promise<Node> {
  const { inputs, connection } = newcomer;
  const local = await localState(connection);
  const { nodeName } = local;
  const via = await cluster.one();
  const caCertificate = await via.connection.must(
    "reading the certificate of the cluster's authority",
    `cat ${caFile}`,
  );
  const node = await findNode(cluster, nodeName);
  const membership = judgeMembership(local, {
    machine: inputs.machine,
    caCertificate,
    isKnown: node !== undefined && isOf(node, inputs),
    hasRole: node !== undefined && isControlPlane(node) === (inputs.role === "controlPlane"),
  });
  if (membership.kind !== "member") {
    await clear(context, cluster, newcomer, node, membership.kind === "rejoin");
    await join(context, cluster, via, newcomer, { local, caCertificate }, signal);
  }
  const found = await arrived(cluster, nodeName, inputs.machine, signal);
  if (inputs.role === "controlPlane") {
    await readyAgain(cluster, nodeName, inputs.machine, signal);
    await equip(context, cluster, newcomer);
  }
  await connection.must("finishing the join", finishedScript);
  return found;
}

/** Whether a node is this machine, as far as its labels tell: a join that was cut off has none. */
function isOf({ metadata }: Node, { machine, vmUuid }: KubernetesNodeInputs): boolean {
  const { [machineLabel]: itsMachine = machine, [vmLabel]: itsVm = vmUuid } = metadata.labels ?? {};
  return itsMachine === machine && itsVm === vmUuid;
}

/** Takes away what stands in the way of a join: a former life of the host, in the cluster and on it. */
async function clear(
  context: Context,
  cluster: ControlPlanes,
  { inputs, endpoint, connection }: Newcomer,
  node: Node | undefined,
  reset: boolean,
): Promise<void> {
  const { machine, role } = inputs;
  if (node !== undefined) {
    if (isReady(node) && !isOf(node, inputs) && !(await isGone(context, node)))
      throw new Error(
        `${machine}: the cluster has another node that is named ${node.metadata.name}: every machine needs a host name of its own`,
      );
    if (!isControlPlane(node)) await deleteNode(cluster, node.metadata.name);
  }
  if (role === "controlPlane" || (node !== undefined && isControlPlane(node))) {
    const name = node?.metadata.name ?? "";
    const isFormer = (member: { name: string; peerUrls: readonly string[] }) =>
      (name !== "" && member.name === name) ||
      member.peerUrls.some((url) => url === `https://${endpoint.address}:2380`);
    const members = await etcdMembers(cluster, name);
    if (members.some(isFormer)) await dropMembers(cluster, isFormer, name || machine);
    if (node !== undefined) await deleteNode(cluster, node.metadata.name);
  }
  if (reset) await resetHost(connection);
}

async function join(
  context: Context,
  cluster: ControlPlanes,
  via: ControlPlane,
  { inputs, endpoint, connection }: Newcomer,
  { local, caCertificate }: { readonly local: LocalState; readonly caCertificate: string },
  signal: AbortSignal,
): Promise<void> {
  const { machine, role } = inputs;
  await requireKubeadm(connection, inputs.version);
  const version = await cluster.call(clusterVersion);
  const skew = kubeletSkew(version, inputs.version);
  if (skew !== undefined) throw new Error(`${machine} can't join: ${skew}`);
  const record = await recordOf(cluster);
  const facts = await nodeFacts(connection);
  await writeKubeletPatch(connection, inputs.kubelet, facts);
  const asControlPlane = role === "controlPlane";
  if (asControlPlane) {
    if (record.apiEndpoint === undefined)
      throw new Error(
        `${machine} can't join as a control plane: the cluster was initialised without an apiEndpoint, so that all nodes know its only control plane by its own address; stand up a cluster with one`,
      );
    const objection = additionObjection(await etcdMembers(cluster, local.nodeName));
    if (objection !== undefined)
      throw new NotNow(`${machine} can't join as a control plane: ${objection}`);
    await writeAuditPolicy(connection);
    if (record.encryptSecrets)
      await copyEncryptionKey(via.connection, connection, (secret) => {
        context.conceal(secret);
      });
  }
  context.log.status(`${machine} joins the cluster`);
  signal.throwIfAborted();
  const { endpoint: server } = record;
  await withAdmission(
    context,
    via,
    { endpoint: server, caCertificate, version, asControlPlane },
    (admission) =>
      runKubeadm(connection, {
        step: `joining the cluster as a ${asControlPlane ? "control plane" : "worker"}`,
        command: 'kubeadm join --config "$config"',
        config: joinConfig(
          { role },
          { nodeName: local.nodeName, address: endpoint.address, facts },
          admission,
        ),
        mark: "join",
      }),
  );
}

export async function recordOf(cluster: ControlPlanes): Promise<ClusterRecord> {
  const record = await cluster.call(readRecord);
  if (record === undefined)
    throw new Error(
      "the cluster has no configmap slipway-cluster in kube-system: run `pulumi refresh`, then `pulumi up`",
    );
  return record;
}

async function arrived(
  cluster: ControlPlanes,
  nodeName: string,
  machine: string,
  signal: AbortSignal,
): Promise<Node> {
  let reason = "its node is not registered";
  return until(
    async () => {
      const node = await findNode(cluster, nodeName);
      if (node === undefined) return undefined;
      reason = unreadyReason(node) ?? reason;
      return hasJoined(node) ? node : undefined;
    },
    {
      seconds: readySeconds,
      every: 1000,
      signal,
      late: () =>
        `${machine}: joined the cluster, but is not ready after ${readySeconds} s: ${reason}`,
    },
  );
}

/** What a control plane has beside its static pods: a share of the virtual address, and snapshots. */
async function equip(
  context: Context,
  cluster: ControlPlanes,
  { connection }: Newcomer,
): Promise<void> {
  const record = await recordOf(cluster);
  await writeSnapshots(connection, record.snapshots);
  if (!isVirtual(record.apiEndpoint)) return;
  const { address } = record.apiEndpoint;
  const members = await context.inventory.managers();
  await holdAddress(context, connection, address, members);
  await syncPeers(context, address, members);
}
