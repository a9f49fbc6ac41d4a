import { isDeepStrictEqual } from "node:util";
import { compareInputs } from "../../server/difference";
import { messageOf } from "../../server/failure";
import { PartlyCreated, type Context, type ResourceHandler } from "../../server/handler";
import { known, unknown, type Planned } from "../../server/unknown";
import type { KubernetesNodeInputs, KubernetesNodeOutputs } from "../../sdk/kubernetesShapes";
import { isDue } from "../../swarm/tls/renewal";
import { during } from "../../transport/failure";
import type { Connection } from "../../transport/types";
import { ControlPlanes } from "../controlPlanes";
import { writeKubeletPatch } from "../controlPlaneFiles";
import { runKubeadm } from "../kubeadm/run";
import { kubernetesLock, readyAgain } from "../lock";
import { nodeFacts } from "../nodeFacts";
import { actualOf, changeNode, findNode, kubeletVersionOf, nodePatch, poolLabel } from "../nodes";
import { patchesFolder } from "../paths";
import { parseVersion, versionStep } from "../versions";
import { Arrivals } from "./arrivals";
import { readExpiry, renewCertificates } from "./certificates";
import { nodeProblems } from "./check";
import { findGhosts, removeGhost } from "./ghosts";
import { joined } from "./join";
import { leave } from "./leave";
import { restartKubelet, upgraded } from "./upgrade";

type Inputs = KubernetesNodeInputs;
type Outputs = KubernetesNodeOutputs;

const inputKeys = [
  "machine",
  "vmUuid",
  "clusterId",
  "role",
  "pool",
  "labels",
  "taints",
  "version",
  "source",
  "repository",
  "kubelet",
  "ephemeralVolumes",
  "upgradeBatch",
] as const;
const arrivals = new Arrivals();
/** How long `read` waits for a machine that may be off or gone, seconds. */
const readPatience = { resolve: 5, connect: 10 } as const;

/** Membership of one host in a Kubernetes cluster. */
export const kubernetesNode: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:KubernetesNode",
  secretOutputs: [],
  optionalInputs: ["vmUuid", "repository"],

  check: nodeProblems,

  diff(olds, news) {
    const compared = compareInputs(olds, news, inputKeys, ["machine", "vmUuid", "clusterId"]);
    // A replacement has new certificates anyway.
    if (!renewalDue(olds) || (compared.replaces ?? []).length > 0) return compared;
    const changedKeys = compared.changedKeys ?? [];
    return {
      changes: true,
      changedKeys: [...changedKeys, "certificateExpires"],
      changedPaths: [
        ...changedKeys.map((path) => ({ path, kind: "updated" as const })),
        { path: "certificateExpires", kind: "updated", isDrift: true },
      ],
    };
  },

  preview(_context, inputs, olds) {
    const version = known<string>(inputs.version);
    if (olds !== undefined && version !== undefined) refuseStep(olds, version);
    const stays = olds !== undefined && version === olds.kubeletVersion;
    const renews = olds === undefined || !stays || renewalDue(olds);
    const planned: Planned<Outputs> = {
      nodeName: olds?.nodeName ?? unknown,
      address: olds?.address ?? unknown,
      kubeletVersion: stays ? olds.kubeletVersion : unknown,
      ...(inputs.role !== "worker" && {
        certificateExpires: renews ? unknown : olds.certificateExpires,
        certificateDays: renews ? unknown : olds.certificateDays,
      }),
    };
    return Promise.resolve(planned);
  },

  async create(context, inputs) {
    const endpoint = await context.inventory.resolve(inputs);
    const connection = await context.connect(inputs);
    const { clusterId, machine } = inputs;
    const cluster = new ControlPlanes(context, { clusterId, avoid: inputs });
    const join = async (signal: AbortSignal) => {
      if (inputs.role === "controlPlane") await clearGhosts(context, cluster, inputs);
      return joined(context, cluster, { inputs, endpoint, connection }, signal).catch(
        during(`joining ${machine} to the cluster`),
      );
    };
    // Control planes come one at a time: each changes who decides.
    const node =
      inputs.role === "controlPlane"
        ? await arrivals.admit(machine, context.signal, () =>
            kubernetesLock.hold(context, `joining ${machine}`, join),
          )
        : await join(context.signal);
    const nodeName = node.metadata.name;
    let outputs: Outputs = {
      nodeName,
      address: endpoint.address,
      kubeletVersion: kubeletVersionOf(node),
    };
    try {
      await changeNode(cluster, nodeName, (found) => nodePatch(found, inputs));
      if (inputs.role === "worker") await removeGhosts(context, cluster, inputs, nodeName);
      // Adopted from a run that was cut off: it may be of the version before.
      await upgraded(context, cluster, { inputs, nodeName, connection });
      outputs = await outputsOf(cluster, inputs, outputs, connection);
    } catch (error) {
      throw new PartlyCreated(nodeName, outputs, messageOf(error));
    }
    return { id: nodeName, outputs };
  },

  async read(context, _id, olds) {
    const inputs = pick(olds);
    const { clusterId, nodeName, address, kubeletVersion } = olds;
    const { certificateExpires, certificateDays } = olds;
    const outputs = {
      nodeName,
      address,
      kubeletVersion,
      ...(certificateExpires !== undefined && { certificateExpires, certificateDays }),
    };
    try {
      // A host that is not listed any more lives on, and may be a node still.
      const isVm = olds.vmUuid !== undefined;
      if (isVm && (await context.inventory.existence(olds)) === "absent") return undefined;
      const cluster = new ControlPlanes(context, { clusterId, avoid: olds });
      const node = await findNode(cluster, nodeName);
      if (node === undefined) return undefined;
      const version = kubeletVersionOf(node);
      const actual = actualOf(node, olds);
      const now = { ...outputs, kubeletVersion: version };
      return {
        inputs: {
          ...inputs,
          version: parseVersion(version) === undefined ? inputs.version : version,
          // Without it the node has registered anew, after a restore say, and lacks all that the provider puts on nodes.
          pool: node.metadata.labels?.[poolLabel] ?? "",
          labels: isDeepStrictEqual(actual.labels, olds.labels) ? olds.labels : actual.labels,
          taints: isDeepStrictEqual(actual.taints, olds.taints) ? olds.taints : actual.taints,
        },
        outputs: { ...now, ...(await expiryOf(context, olds)) },
      };
    } catch (error) {
      context.signal.throwIfAborted();
      context.warn(
        `node ${olds.machine} is not refreshed, the recorded state is kept: ${messageOf(error)}`,
      );
      return { inputs, outputs };
    }
  },

  async update(context, _id, olds, news) {
    const { nodeName, address, kubeletVersion } = olds;
    const cluster = new ControlPlanes(context, { clusterId: news.clusterId, avoid: news });
    if ((await findNode(cluster, nodeName)) === undefined)
      throw new Error(
        `${news.machine}: the cluster knows no node ${nodeName} any more: run \`pulumi refresh\`, then \`pulumi up\``,
      );
    if (olds.role !== news.role)
      throw new Error(
        `${news.machine}: a node keeps its role: it can't become a ${news.role}. Make another pool, and remove this one when its machines are there`,
      );
    refuseStep(olds, news.version);
    await changeNode(cluster, nodeName, (node) => nodePatch(node, news));
    const connection = await context.connect(news);
    const reservationsChanged = !isDeepStrictEqual(olds.kubelet, news.kubelet);
    if (reservationsChanged)
      await writeKubeletPatch(connection, news.kubelet, await nodeFacts(connection));
    await upgraded(context, cluster, { inputs: news, nodeName, connection });
    // An upgrade writes it anew, too.
    if (reservationsChanged && olds.kubeletVersion === news.version)
      await reconfigure(context, cluster, news, nodeName, connection);
    if (news.role === "controlPlane") await renewIfDue(context, cluster, nodeName, connection);
    await removeGhosts(context, cluster, news, nodeName);
    return outputsOf(cluster, news, { nodeName, address, kubeletVersion }, connection);
  },

  delete(context, _id, olds) {
    return leave(context, olds);
  },
};

function pick(olds: Inputs): Inputs {
  const { machine, vmUuid, clusterId, role, pool, labels, taints } = olds;
  const { version, source, repository, kubelet, ephemeralVolumes, upgradeBatch } = olds;
  return {
    machine,
    vmUuid,
    clusterId,
    role,
    pool,
    labels,
    taints,
    version,
    source,
    repository,
    kubelet,
    ephemeralVolumes,
    upgradeBatch,
  };
}

function renewalDue({ certificateExpires, certificateDays }: Partial<Outputs>): boolean {
  return (
    certificateExpires !== undefined &&
    certificateDays !== undefined &&
    isDue(certificateExpires, certificateDays, new Date())
  );
}

function refuseStep({ machine, kubeletVersion }: Inputs & Outputs, to: string): void {
  if (parseVersion(kubeletVersion) === undefined) return;
  const objection = versionStep(kubeletVersion, to);
  if (objection !== undefined) throw new Error(`${machine}: ${objection}`);
}

async function outputsOf(
  cluster: ControlPlanes,
  { role }: Inputs,
  outputs: Outputs,
  connection: Connection,
): Promise<Outputs> {
  const node = await findNode(cluster, outputs.nodeName);
  const { nodeName, address } = outputs;
  return {
    nodeName,
    address,
    kubeletVersion: node === undefined ? outputs.kubeletVersion : kubeletVersionOf(node),
    ...(role === "controlPlane" && (await readExpiry(connection))),
  };
}

/** Of a control plane that can be asked now; what can't be asked keeps what is recorded. */
async function expiryOf(context: Context, olds: Inputs): Promise<Partial<Outputs>> {
  if (olds.role !== "controlPlane") return {};
  const endpoint = await context.inventory.resolve(olds, readPatience.resolve);
  return readExpiry(await context.connectTo(endpoint, readPatience.connect));
}

async function renewIfDue(
  context: Context,
  cluster: ControlPlanes,
  nodeName: string,
  connection: Connection,
): Promise<void> {
  if (!renewalDue(await readExpiry(connection))) return;
  await kubernetesLock.hold(context, `renewing certificates of ${nodeName}`, async (signal) => {
    await renewCertificates(context, cluster, connection, nodeName, signal);
  });
}

/** Makes the kubelet run with changed reservations. Its pods run on while it restarts. */
async function reconfigure(
  context: Context,
  cluster: ControlPlanes,
  { machine }: Inputs,
  nodeName: string,
  connection: Connection,
): Promise<void> {
  await kubernetesLock.hold(context, `reconfiguring the kubelet of ${machine}`, async (signal) => {
    await runKubeadm(connection, {
      step: "writing the kubelet's configuration",
      command: `kubeadm upgrade node phase kubelet-config --patches=${patchesFolder}`,
    });
    await restartKubelet(connection);
    await readyAgain(cluster, nodeName, machine, signal);
  });
}

/** Removes what is left in the cluster of machines that are no more, in its turn. */
async function removeGhosts(
  context: Context,
  cluster: ControlPlanes,
  { machine, vmUuid }: Inputs,
  nodeName: string,
): Promise<void> {
  for (const name of await findGhosts(context, cluster, { machine, vmUuid, nodeName }))
    await kubernetesLock.hold(context, `removing the ghost ${name}`, () =>
      removeGhost(cluster, name),
    );
}

/** As `removeGhosts`, under a lock that is held: a dead member of etcd would keep a new one out. */
async function clearGhosts(
  context: Context,
  cluster: ControlPlanes,
  { machine, vmUuid }: Inputs,
): Promise<void> {
  for (const name of await findGhosts(context, cluster, { machine, vmUuid, nodeName: "" }))
    await removeGhost(cluster, name);
}
