import type { KubernetesNodeInputs, KubernetesTaint } from "../sdk/kubernetesShapes";
import { isConflict } from "./api/errors";
import { machineLabel } from "../sdk/ownership";
import type { Condition, Node, Taint } from "./api/objects";
import type { ControlPlanes } from "./controlPlanes";

/** Node labels by which the provider knows its machines again. */
export { machineLabel };
export const vmLabel = "slipway.vm";
export const poolLabel = "slipway.pool";
const ownLabels: ReadonlySet<string> = new Set([machineLabel, vmLabel, poolLabel]);
/** Labels and taints that the user's inputs name, as of the last run: what is not named any more goes. */
export const managedAnnotation = "slipway/managed";
/** On a node that the provider has cordoned for a while: it was open for pods before. */
export const cordonedAnnotation = "slipway/cordoned";
/** Set by kubeadm. */
export const controlPlaneLabel = "node-role.kubernetes.io/control-plane";

export function listNodes(cluster: ControlPlanes): Promise<readonly Node[]> {
  return cluster.call((kubectl) => kubectl.list<Node>("nodes"));
}

/** The node, or `undefined` when an API server says that there is none. */
export function findNode(cluster: ControlPlanes, name: string): Promise<Node | undefined> {
  return cluster.call((kubectl) => kubectl.find<Node>("node", name));
}

export function isControlPlane({ metadata }: Node): boolean {
  return metadata.labels?.[controlPlaneLabel] !== undefined;
}

function ready(node: Node): Condition | undefined {
  return node.status.conditions?.find(({ type }) => type === "Ready");
}

export function isReady(node: Node): boolean {
  return ready(node)?.status === "True";
}

/** Nobody hears from its kubelet. */
export function isSilent(node: Node): boolean {
  return ready(node)?.status === "Unknown";
}

/** What keeps a node from being ready; `undefined` when it is. */
export function unreadyReason(node: Node): string | undefined {
  const condition = ready(node);
  if (condition === undefined) return "its kubelet has not reported yet";
  if (condition.status === "True") return undefined;
  return `${condition.reason ?? "not ready"}: ${condition.message ?? ""}`;
}

/**
 * Whether the node has joined as far as it can: ready, or waiting for nothing but the pod network, which comes after
 * the nodes. Kubelets say that by a condition whose message names the plug-in (`cni plugin not initialized`).
 */
export function hasJoined(node: Node): boolean {
  const condition = ready(node);
  if (condition?.status === "True") return true;
  return (
    condition?.status === "False" &&
    condition.reason === "KubeletNotReady" &&
    /NetworkPluginNotReady|NetworkReady=false|cni plugin not initialized/i.test(
      condition.message ?? "",
    ) &&
    // Other troubles stand beside it in the same message.
    !/PLEG|container runtime is down|CSINode|shutting down/i.test(condition.message ?? "")
  );
}

/** Without the `v`. */
export function kubeletVersionOf(node: Node): string {
  return (node.status.nodeInfo?.kubeletVersion ?? "").replace(/^v/, "");
}

type Wanted = Pick<KubernetesNodeInputs, "machine" | "vmUuid" | "pool" | "labels" | "taints">;

interface Managed {
  readonly labels: readonly string[];
  readonly taints: readonly string[];
}

function managedOf(node: Node): Managed {
  try {
    const noted = JSON.parse(
      node.metadata.annotations?.[managedAnnotation] ?? "{}",
    ) as Partial<Managed>;
    return { labels: noted.labels ?? [], taints: noted.taints ?? [] };
  } catch {
    return { labels: [], taints: [] };
  }
}

function taintKey({ key, effect }: Taint | KubernetesTaint): string {
  return `${key}:${effect}`;
}

/**
 * The change that makes the node what the inputs want; `undefined` when it is that already. Labels and taints of
 * others (kubeadm, cloud providers, people) stay: only what an earlier run of ours has set and nobody wants any more goes.
 */
export function nodePatch(node: Node, wanted: Wanted): object | undefined {
  const { labels = {}, annotations = {} } = node.metadata;
  const before = managedOf(node);
  const own: Record<string, string> = {
    ...wanted.labels,
    [machineLabel]: wanted.machine,
    [poolLabel]: wanted.pool,
    ...(wanted.vmUuid !== undefined && { [vmLabel]: wanted.vmUuid }),
  };
  const labelChanges: Record<string, string | null> = {};
  for (const key of before.labels) if (!(key in own) && key in labels) labelChanges[key] = null;
  for (const [key, value] of Object.entries(own))
    if (labels[key] !== value) labelChanges[key] = value;

  const present = node.spec.taints ?? [];
  const named = new Set([...before.taints, ...wanted.taints.map(taintKey)]);
  const taints = [...present.filter((taint) => !named.has(taintKey(taint))), ...wanted.taints];
  const same =
    taints.length === present.length &&
    taints.every((taint) =>
      present.some(
        (one) => taintKey(one) === taintKey(taint) && (one.value ?? "") === (taint.value ?? ""),
      ),
    );

  const managed = JSON.stringify({
    labels: Object.keys(wanted.labels).sort(),
    taints: wanted.taints.map(taintKey).sort(),
  });
  const noted = annotations[managedAnnotation] === managed;
  if (same && noted && Object.keys(labelChanges).length === 0) return undefined;
  return {
    metadata: {
      resourceVersion: node.metadata.resourceVersion,
      labels: labelChanges,
      annotations: { [managedAnnotation]: managed },
    },
    ...(!same && { spec: { taints } }),
  };
}

const attempts = 10;

/** Changes a node, again from what it is then when somebody else was quicker. `undefined` is no change. */
export async function changeNode(
  cluster: ControlPlanes,
  name: string,
  change: (node: Node) => object | undefined,
): Promise<void> {
  await cluster.call(async (kubectl) => {
    for (let attempt = 1; ; attempt++) {
      const node = await kubectl.find<Node>("node", name);
      if (node === undefined) throw new Error(`the cluster knows no node ${name}`);
      const patch = change(node);
      if (patch === undefined) return;
      try {
        await kubectl.patch("node", name, patch);
        return;
      } catch (error) {
        if (!isConflict(error) || attempt === attempts) throw error;
      }
    }
  });
}

/** Labels and taints of the node that the inputs speak of, as they are now: a difference to the inputs is drift. */
export function actualOf(
  node: Node,
  { labels, taints }: Pick<Wanted, "labels" | "taints">,
): Pick<Wanted, "labels" | "taints"> {
  const present = node.metadata.labels ?? {};
  const keys = Object.keys(labels).filter((key) => key in present && !ownLabels.has(key));
  return {
    labels: Object.fromEntries(keys.map((key) => [key, present[key] ?? ""])),
    taints: taints.flatMap((taint) => {
      const found = node.spec.taints?.find((one) => taintKey(one) === taintKey(taint));
      if (found === undefined) return [];
      return [
        (found.value ?? "") === (taint.value ?? "") ? taint : { ...taint, value: found.value },
      ];
    }),
  };
}

/** Closes a node for new pods, and notes on it that it was open, for a run that is cut off. */
export function cordon(cluster: ControlPlanes, name: string): Promise<void> {
  return changeNode(cluster, name, ({ spec }) =>
    spec.unschedulable === true
      ? undefined
      : {
          metadata: { annotations: { [cordonedAnnotation]: "true" } },
          spec: { unschedulable: true },
        },
  );
}

/** Opens a node that the provider has closed, in this run or in one that was cut off; one that people closed stays so. */
export function uncordon(cluster: ControlPlanes, name: string): Promise<void> {
  return changeNode(cluster, name, ({ metadata }) =>
    metadata.annotations?.[cordonedAnnotation] === undefined
      ? undefined
      : {
          metadata: { annotations: { [cordonedAnnotation]: null } },
          spec: { unschedulable: null },
        },
  );
}
