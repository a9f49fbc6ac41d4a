import type { KubernetesNodeInputs } from "../../sdk/kubernetesShapes";
import { messageOf } from "../../server/failure";
import type { Context } from "../../server/handler";
import { until } from "../../cluster/poll";
import type { Connection } from "../../transport/types";
import type { Node } from "../api/objects";
import { clusterVersion } from "../cluster/kubeadmConfig";
import type { ControlPlanes } from "../controlPlanes";
import { ignoredByFacts } from "../kubeadm/ignored";
import { runKubeadm } from "../kubeadm/run";
import { kubernetesLock, readyAgain, refusePause } from "../lock";
import { nodeFacts } from "../nodeFacts";
import {
  findNode,
  hasJoined,
  isControlPlane,
  kubeletVersionOf,
  listNodes,
  machineLabel,
  uncordon,
  unreadyReason,
} from "../nodes";
import { patchesFolder } from "../paths";
import { compareVersions, kubeletSkew, parseVersion, versionStep } from "../versions";
import { Batches } from "./batches";
import { bringPrograms } from "./binaries";
import { drain } from "./drain";

/** How long workers wait for the control planes of the same run, seconds. */
const gateSeconds = 3600;
/** Between two looks at the control planes, milliseconds. */
const pace = 3000;

const batches = new Batches(kubernetesLock);

/** A node that is to run another version. */
export interface Upgrade {
  readonly inputs: KubernetesNodeInputs;
  readonly nodeName: string;
  readonly connection: Connection;
}

/**
 * Brings a node to the version of its inputs, if it does not run it: control planes first, one at a time; workers when
 * all control planes have it, so many of a pool at once as the pool allows. Each step looks first, so that a run that
 * failed or was cut off goes on where it stopped.
 */
export async function upgraded(
  context: Context,
  cluster: ControlPlanes,
  upgrade: Upgrade,
): Promise<void> {
  const { inputs, nodeName } = upgrade;
  const { machine, version, role, pool, upgradeBatch } = inputs;
  if (await hasVersion(cluster, upgrade)) {
    // Closed by a run that was cut off between the two.
    await uncordon(cluster, nodeName);
    return;
  }
  const purpose = `upgrading ${machine} to ${version}`;
  const begin = (work: () => Promise<void>) => {
    batches.refuseAfterFailure(machine, version);
    return batches.track(machine, version, () => explained(machine, version, work));
  };
  if (role === "controlPlane")
    await kubernetesLock.hold(context, purpose, (signal) =>
      begin(() => upgradeControlPlane(context, cluster, upgrade, signal)),
    );
  else
    await batches.inBatch(
      context,
      { name: pool, size: upgradeBatch },
      `upgrading workers to ${version}`,
      () => controlPlanesFirst(context, cluster, upgrade),
      (signal) => begin(() => upgradeWorker(context, cluster, upgrade, signal)),
    );
}

async function explained(
  machine: string,
  version: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(
      `${messageOf(error)}\nThe upgrade of ${machine} to ${version} stopped here, and no other node is begun. Cure it, then run \`pulumi up\` again: it goes on where it stopped (kubeadm's output is in /var/log/slipway-kubeadm.log on the machine)`,
      { cause: error },
    );
  }
}

async function nodeOf(cluster: ControlPlanes, { inputs, nodeName }: Upgrade): Promise<Node> {
  const node = await findNode(cluster, nodeName);
  if (node !== undefined) return node;
  throw new Error(
    `${inputs.machine}: the cluster knows no node ${nodeName} any more: run \`pulumi refresh\`, then \`pulumi up\``,
  );
}

async function hasVersion(cluster: ControlPlanes, upgrade: Upgrade): Promise<boolean> {
  return kubeletVersionOf(await nodeOf(cluster, upgrade)) === upgrade.inputs.version;
}

/** Control planes that do not run a version yet: no worker may go before them. */
export function controlPlanesBehind(nodes: readonly Node[], version: string): readonly string[] {
  return nodes
    .filter((node) => isControlPlane(node) && isOlder(kubeletVersionOf(node), version))
    .map(({ metadata }) => metadata.labels?.[machineLabel] ?? metadata.name);
}

function isOlder(version: string, than: string): boolean {
  // A kubelet that has not told its version yet may be anything.
  return parseVersion(version) === undefined || compareVersions(version, than) < 0;
}

/** Waits until every control plane runs the version. */
async function controlPlanesFirst(
  context: Context,
  cluster: ControlPlanes,
  { inputs: { machine, version } }: Upgrade,
): Promise<void> {
  let behind: readonly string[] = [];
  await until(
    async () => {
      batches.refuseAfterFailure(machine, version);
      behind = controlPlanesBehind(await listNodes(cluster), version);
      if (behind.length === 0) return true;
      context.log.status(`${machine} waits for the upgrade of ${behind.join(", ")}`);
      return undefined;
    },
    {
      seconds: gateSeconds,
      every: pace,
      signal: context.signal,
      late: () =>
        `${machine} is not upgraded: after ${gateSeconds} s ${behind.join(", ")} do not run ${version} yet, and control planes go first`,
    },
  );
}

async function upgradeControlPlane(
  context: Context,
  cluster: ControlPlanes,
  upgrade: Upgrade,
  signal: AbortSignal,
): Promise<void> {
  const { inputs, nodeName, connection } = upgrade;
  const { machine, version } = inputs;
  await refuseUnhealthy(cluster, nodeName);
  await refusePause(cluster, nodeName);
  const before = await cluster.call(clusterVersion);
  const objection = versionStep(before, version);
  if (objection !== undefined) throw new Error(`${machine}: ${objection}`);
  await bringPrograms(connection, inputs, ["kubeadm"]);
  signal.throwIfAborted();
  const ignored = ignoredByFacts(await nodeFacts(connection));
  const options = [
    `--patches=${patchesFolder}`,
    ...(ignored.length > 0 ? [`--ignore-preflight-errors=${ignored.join(",")}`] : []),
  ].join(" ");
  const isFirst = before !== version;
  context.log.status(`upgrading the control plane of ${machine} to ${version}`);
  await runKubeadm(connection, {
    step: `upgrading the control plane to ${version}`,
    command: isFirst
      ? `kubeadm upgrade apply v${version} --yes ${options}`
      : `kubeadm upgrade node ${options}`,
  });
  cluster.forget();
  await readyAgain(cluster, nodeName, machine, signal);
  await upgradeKubelet(context, cluster, upgrade, signal);
}

async function upgradeWorker(
  context: Context,
  cluster: ControlPlanes,
  upgrade: Upgrade,
  signal: AbortSignal,
): Promise<void> {
  const { inputs, connection } = upgrade;
  const { machine, version } = inputs;
  const skew = kubeletSkew(await cluster.call(clusterVersion), version);
  if (skew !== undefined) throw new Error(`${machine}: ${skew}`);
  await bringPrograms(connection, inputs, ["kubeadm"]);
  signal.throwIfAborted();
  context.log.status(`upgrading ${machine} to ${version}`);
  await runKubeadm(connection, {
    step: `upgrading the node to ${version}`,
    command: `kubeadm upgrade node --patches=${patchesFolder}`,
  });
  await upgradeKubelet(context, cluster, upgrade, signal);
}

/** Drains the node, exchanges its kubelet, and opens it again when it is ready. */
async function upgradeKubelet(
  context: Context,
  cluster: ControlPlanes,
  upgrade: Upgrade,
  signal: AbortSignal,
): Promise<void> {
  const { inputs, nodeName, connection } = upgrade;
  const { machine, version } = inputs;
  if (await hasPlaceElsewhere(cluster, nodeName))
    await drain(context, cluster, nodeName, machine, signal);
  else
    context.warn(
      `${machine} is not drained for its upgrade: no other node is open for its pods, which stay while its kubelet restarts`,
    );
  try {
    await bringPrograms(connection, inputs, ["kubelet", "kubectl"]);
    await restartKubelet(connection);
    await until(async () => ((await hasVersion(cluster, upgrade)) ? true : undefined), {
      seconds: 240,
      every: 1000,
      signal,
      late: () => `${machine}: the kubelet was restarted, but does not report ${version}`,
    });
    await readyAgain(cluster, nodeName, machine, signal);
  } catch (error) {
    // What runs there may serve still: a node that is not ready gets no pods anyway.
    await uncordon(cluster, nodeName).catch(() => undefined);
    throw error;
  }
  await uncordon(cluster, nodeName);
}

export async function restartKubelet(connection: Connection): Promise<void> {
  await connection.must(
    "restarting the kubelet",
    `systemctl daemon-reload
if ! timeout 90 systemctl restart kubelet.service; then
  journalctl -u kubelet.service -n 15 --no-pager -o cat >&2
  exit 1
fi`,
    { timeoutSeconds: 120 },
  );
}

/** Whether pods that leave the node have anywhere to go. */
async function hasPlaceElsewhere(cluster: ControlPlanes, nodeName: string): Promise<boolean> {
  return (await listNodes(cluster)).some(
    (node) =>
      node.metadata.name !== nodeName &&
      hasJoined(node) &&
      node.spec.unschedulable !== true &&
      !(node.spec.taints ?? []).some(({ effect }) => effect !== "PreferNoSchedule"),
  );
}

/** @throws where a control plane is not ready: an upgrade is no way to cure it. */
async function refuseUnhealthy(cluster: ControlPlanes, own: string): Promise<void> {
  const sick = (await listNodes(cluster)).filter(
    (node) => isControlPlane(node) && node.metadata.name !== own && !hasJoined(node),
  );
  if (sick.length > 0)
    throw new Error(
      `no control plane is upgraded while another one is not ready: ${sick.map((node) => `${node.metadata.name} (${unreadyReason(node) ?? "unknown"})`).join("; ")}. Bring it back first`,
    );
}
