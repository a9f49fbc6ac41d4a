import { compareInputs } from "../../server/difference";
import { messageOf } from "../../server/failure";
import {
  PartlyCreated,
  type Context,
  type Problem,
  type ResourceHandler,
} from "../../server/handler";
import { isUnknown, known, unknown } from "../../server/unknown";
import type { KubernetesClusterInputs, KubernetesClusterOutputs } from "../../sdk/kubernetesShapes";
import { ControlPlanes, probeControlPlanes } from "../controlPlanes";
import { writeSnapshots } from "../controlPlaneFiles";
import { isVirtual, syncPeers } from "../endpoint/sync";
import { endpointOf } from "../kubeadm/clusterConfiguration";
import { kubeletVersionOf, listNodes } from "../nodes";
import { caFile } from "../paths";
import { placeOfBirth } from "../placeOfBirth";
import { fixedKeys, readRecord, recordDifferences, recordFrom, writeRecord } from "../record";
import { compareVersions, kubeletSkew, parseVersion, versionStep } from "../versions";
import { initialise } from "./initialise";
import { refuseOrphans } from "./orphans";
import { clusterVersion, storeSettings } from "./kubeadmConfig";

type Inputs = KubernetesClusterInputs;
type Outputs = KubernetesClusterOutputs;

const inputKeys = [
  "version",
  "apiEndpoint",
  "podRange",
  "serviceRange",
  "images",
  "certificates",
  "encryptSecrets",
  "snapshots",
  "kubelet",
] as const;
/** The first version whose kubeadm speaks the configuration that is written here. */
const oldest = "1.31.0";

/** The cluster: found where it exists already, initialised once where it does not. */
export const kubernetesCluster: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:KubernetesCluster",
  secretOutputs: [],
  optionalInputs: ["apiEndpoint"],

  check(inputs) {
    const problems: Problem[] = [];
    const version = known<string>(inputs.version);
    if (version !== undefined && parseVersion(version) === undefined)
      problems.push({
        property: "version",
        reason: `must be three numbers like 1.34.1; got ${version}`,
      });
    else if (version !== undefined && compareVersions(version, oldest) < 0)
      problems.push({ property: "version", reason: `must be ${oldest} or newer; got ${version}` });
    const endpoint = known<Inputs["apiEndpoint"]>(inputs.apiEndpoint);
    if (endpoint?.kind === "virtual" && endpoint.port !== 6443)
      problems.push({
        property: "apiEndpoint.port",
        reason: `must be 6443, where API servers listen, for a virtual address; got ${String(endpoint.port)}`,
      });
    if (!isUnknown(inputs.snapshots) && Number(inputs.snapshots.keep) < 1)
      problems.push({ property: "snapshots.keep", reason: "must be at least 1" });
    return problems;
  },

  diff(olds, news) {
    return compareInputs(olds, news, inputKeys);
  },

  preview(_context, inputs, olds) {
    if (olds !== undefined) {
      const wanted = known<Inputs>(inputs);
      if (wanted !== undefined) refuseFixedChanges(olds, wanted);
      const version = known<string>(inputs.version);
      if (version !== undefined) refuseStep(olds.version, version);
    }
    return Promise.resolve({
      clusterId: olds?.clusterId ?? unknown,
      endpoint: olds?.endpoint ?? unknown,
      caCertificate: olds?.caCertificate ?? unknown,
    });
  },

  async create(context, inputs) {
    const birth = placeOfBirth(await probeControlPlanes(context));
    if (birth.kind === "initialise" && birth.how !== "resume") await refuseOrphans(context);
    const clusterId =
      birth.kind === "adopt" ? birth.clusterId : await initialise(context, inputs, birth);
    const cluster = new ControlPlanes(context, { clusterId });
    if (birth.kind === "adopt") await refuseOtherCluster(cluster, inputs);
    const outputs = await outputsOf(cluster, inputs, clusterId);
    try {
      await shape(context, cluster, inputs);
    } catch (error) {
      throw new PartlyCreated(clusterId, outputs, messageOf(error));
    }
    return { id: clusterId, outputs };
  },

  async read(context, _id, olds) {
    const inputs = pick(olds);
    const { clusterId, endpoint, caCertificate } = olds;
    const recorded = { inputs, outputs: { clusterId, endpoint, caCertificate } };
    try {
      const cluster = new ControlPlanes(context, { clusterId });
      const outputs = await outputsOf(cluster, inputs, clusterId);
      const record = await cluster.call(readRecord);
      if (record === undefined) return { inputs, outputs };
      const { images, certificates, snapshots } = record;
      const text = (value: object) => JSON.stringify(Object.entries(value).sort());
      return {
        inputs: {
          ...inputs,
          images,
          certificates:
            text(certificates) === text(olds.certificates) ? olds.certificates : certificates,
          snapshots: text(snapshots) === text(olds.snapshots) ? olds.snapshots : snapshots,
        },
        outputs,
      };
    } catch (error) {
      context.signal.throwIfAborted();
      // Nor is it absent when every control plane is: were it forgotten, the next update would make an empty one in its place.
      context.warn(
        `the Kubernetes cluster is not refreshed, the recorded state is kept: ${messageOf(error)}`,
      );
      return recorded;
    }
  },

  async update(context, _id, olds, news) {
    refuseFixedChanges(olds, news);
    const { clusterId } = olds;
    const cluster = new ControlPlanes(context, { clusterId });
    await refuseUpgrade(cluster, news.version);
    await shape(context, cluster, news);
    return outputsOf(cluster, news, clusterId);
  },

  async delete() {
    // The cluster ends with its last node, and all nodes have left before this.
  },
};

function pick(olds: Inputs): Inputs {
  const { version, apiEndpoint, podRange, serviceRange, images } = olds;
  const { certificates, encryptSecrets, snapshots, kubelet } = olds;
  return {
    version,
    apiEndpoint,
    podRange,
    serviceRange,
    images,
    certificates,
    encryptSecrets,
    snapshots,
    kubelet,
  };
}

function refuseFixedChanges(olds: Inputs, news: Inputs): void {
  const changed = compareInputs(olds, news, fixedKeys).changedKeys ?? [];
  if (changed.length > 0)
    throw new Error(
      `${changed.join(", ")} cannot be changed: a cluster keeps what it was initialised with. ` +
        `Set it back, or stand up another cluster and move the applications`,
    );
}

function refuseStep(from: string, to: string): void {
  const objection = versionStep(from, to);
  if (objection !== undefined) throw new Error(`version: ${objection}`);
}

/** @throws where the cluster, or one of its kubelets, can't go to that version in one step. */
async function refuseUpgrade(cluster: ControlPlanes, version: string): Promise<void> {
  refuseStep(await cluster.call(clusterVersion), version);
  const lagging = (await listNodes(cluster)).flatMap((node) => {
    const kubelet = kubeletVersionOf(node);
    const objection =
      parseVersion(kubelet) === undefined ? undefined : kubeletSkew(version, kubelet);
    // A kubelet that is newer than it should be is no reason against bringing the API servers up.
    return objection === undefined || compareVersions(kubelet, version) > 0
      ? []
      : [`${node.metadata.name}: ${objection}`];
  });
  if (lagging.length > 0) throw new Error(lagging.join("\n"));
}

/** @throws where the cluster that was found is not the one that is wanted. */
async function refuseOtherCluster(cluster: ControlPlanes, inputs: Inputs): Promise<void> {
  const record = await cluster.call(readRecord);
  if (record === undefined)
    throw new Error(
      "the control planes are in a Kubernetes cluster that Slipway did not make: give it other machines, or run `kubeadm reset` on these if that cluster is not wanted any more",
    );
  const differences = recordDifferences(inputs, record);
  if (differences.length > 0)
    throw new Error(
      `the control planes are in a cluster already, which was initialised with ${differences.join("; ")}. ` +
        "A cluster keeps that for life: write into cluster.yml what it has",
    );
  await refuseUpgrade(cluster, inputs.version);
}

/** Sets what may change. */
async function shape(context: Context, cluster: ControlPlanes, inputs: Inputs): Promise<void> {
  const { endpoint } = await cluster.one();
  const before = await cluster.call(readRecord);
  const record = recordFrom(inputs, before?.endpoint ?? endpointOf(inputs, endpoint.address));
  if (JSON.stringify(before) !== JSON.stringify(record))
    await cluster.call((kubectl) => writeRecord(kubectl, record));
  await cluster.call((kubectl) => storeSettings(kubectl, inputs));
  const members = (await probeControlPlanes(context)).filter(
    ({ local }) => local?.hasApiServer === true && local.unfinished === undefined,
  );
  await Promise.all(
    members.map(async ({ connection }) => {
      if (connection !== undefined) await writeSnapshots(connection, inputs.snapshots);
    }),
  );
  if (isVirtual(inputs.apiEndpoint))
    await syncPeers(context, inputs.apiEndpoint.address, await context.inventory.managers());
}

async function outputsOf(
  cluster: ControlPlanes,
  inputs: Inputs,
  clusterId: string,
): Promise<Outputs> {
  const { connection, endpoint } = await cluster.one();
  const caCertificate = await connection.must(
    "reading the certificate of the cluster's authority",
    `cat ${caFile}`,
  );
  const record = await cluster.call(readRecord);
  const address = record?.endpoint ?? endpointOf(inputs, endpoint.address);
  return { clusterId, endpoint: `https://${address}`, caCertificate };
}
