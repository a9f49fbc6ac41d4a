import type { Kubectl } from "../api/kubectl";
import type { Node, NodeSelectorTerm, PersistentVolume, Pod } from "../api/objects";

/** Set on a volume, a claim or a pod whose data may be thrown away. */
export const ephemeralLabel = "slipway.ephemeral";

/** Data that exists on one node only. */
export interface HeldData {
  /** As users know it: `claim shop/db-data`, `pod shop/legacy`. */
  readonly name: string;
  readonly detail: string;
}

function isEphemeral(labels: Readonly<Record<string, string>> | undefined): boolean {
  return labels?.[ephemeralLabel] === "true";
}

type Requirement = NonNullable<NodeSelectorTerm["matchExpressions"]>[number];

function meets(actual: string | undefined, { operator, values = [] }: Requirement): boolean {
  switch (operator) {
    case "In":
      return actual !== undefined && values.includes(actual);
    case "NotIn":
      return actual === undefined || !values.includes(actual);
    case "Exists":
      return actual !== undefined;
    case "DoesNotExist":
      return actual === undefined;
    case "Gt":
      return Number(actual) > Number(values[0]);
    case "Lt":
      return Number(actual) < Number(values[0]);
    default:
      // What is not known may match: better one refusal too many.
      return true;
  }
}

/** Whether a volume can be used on a node, as the scheduler decides it. */
export function isReachableFrom(volume: PersistentVolume, node: Node): boolean {
  const terms = volume.spec.nodeAffinity?.required?.nodeSelectorTerms;
  if (terms === undefined) return true;
  const { labels = {}, name } = node.metadata;
  return terms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.every((one) => meets(labels[one.key], one)) &&
      matchFields.every((one) => meets(one.key === "metadata.name" ? name : undefined, one)),
  );
}

/** Volumes whose data lies on the node alone, or that no other node could use: they would be lost or stranded with it. */
export function volumesHeld(
  node: Node,
  nodes: readonly Node[],
  volumes: readonly PersistentVolume[],
  pods: readonly Pod[],
): readonly HeldData[] {
  const others = nodes.filter(({ metadata }) => metadata.name !== node.metadata.name);
  const used = new Set(
    pods.flatMap(({ metadata, spec }) =>
      (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
        persistentVolumeClaim === undefined
          ? []
          : [`${metadata.namespace ?? ""}/${persistentVolumeClaim.claimName}`],
      ),
    ),
  );
  return volumes.flatMap((volume) => {
    const { spec, status, metadata } = volume;
    // Released: its claim is gone, its data is kept.
    if (status.phase !== "Bound" && status.phase !== "Released") return [];
    if (isEphemeral(metadata.labels)) return [];
    const claim =
      spec.claimRef === undefined ? undefined : `${spec.claimRef.namespace}/${spec.claimRef.name}`;
    const isAnywhere = spec.nodeAffinity?.required === undefined;
    // Without an affinity a folder of the host is where the pod that uses it runs.
    const isHere = isAnywhere
      ? spec.hostPath !== undefined && claim !== undefined && used.has(claim)
      : isReachableFrom(volume, node) && !others.some((other) => isReachableFrom(volume, other));
    if (!isHere) return [];
    const path = spec.local?.path ?? spec.hostPath?.path;
    const size = spec.capacity?.storage;
    return [
      {
        name: claim === undefined ? `volume ${metadata.name}` : `claim ${claim}`,
        detail: [
          `volume ${metadata.name}`,
          ...(size === undefined ? [] : [size]),
          ...(path === undefined ? [] : [path]),
        ].join(", "),
      },
    ];
  });
}

/** Pods that write into folders of the host: their data stays behind. Those of DaemonSets and static pods belong to the node. */
export function hostPathsHeld(pods: readonly Pod[]): readonly HeldData[] {
  return pods.flatMap((pod) => {
    const { metadata, spec, status } = pod;
    if (status?.phase === "Succeeded" || status?.phase === "Failed") return [];
    if (isEphemeral(metadata.labels)) return [];
    if (
      (metadata.ownerReferences ?? []).some(({ kind }) => kind === "DaemonSet" || kind === "Node")
    )
      return [];
    const written = new Set(
      spec.containers.flatMap(({ volumeMounts = [] }) =>
        volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ name }) => name),
      ),
    );
    const paths = (spec.volumes ?? []).flatMap(({ name, hostPath }) =>
      hostPath !== undefined && written.has(name) && !/Socket|Device/.test(hostPath.type ?? "")
        ? [hostPath.path]
        : [],
    );
    if (paths.length === 0) return [];
    return [{ name: `pod ${metadata.namespace ?? ""}/${metadata.name}`, detail: paths.join(", ") }];
  });
}

/** The data of a node that would be lost or stranded with it: empty when it may go. */
export async function dataOn(kubectl: Kubectl, nodeName: string): Promise<readonly HeldData[]> {
  const nodes = await kubectl.list<Node>("nodes");
  const node = nodes.find(({ metadata }) => metadata.name === nodeName);
  if (node === undefined) return [];
  const [volumes, pods] = await Promise.all([
    kubectl.list<PersistentVolume>("persistentvolumes"),
    podsOn(kubectl, nodeName),
  ]);
  return [...volumesHeld(node, nodes, volumes, pods), ...hostPathsHeld(pods)];
}

export function podsOn(kubectl: Kubectl, nodeName: string): Promise<readonly Pod[]> {
  return kubectl.list<Pod>("pods", [
    "--all-namespaces",
    `--field-selector=spec.nodeName=${nodeName}`,
  ]);
}

/** The refusal to destroy or strand data, by name, with what to do. */
export function refusal(machine: string, held: readonly HeldData[]): string {
  const list = held.map(({ name, detail }) => `"${name}" (${detail})`).join(", ");
  const them = held.length === 1 ? "it" : "them";
  return (
    `${machine} holds the data of ${list}. Removing the machine would destroy ${them}. ` +
    `Back ${them} up or move the data elsewhere, then delete what is named here (kubectl delete). ` +
    "Where the data may go, set ephemeralVolumes: true on the node pool and run `pulumi up` before the machine is removed " +
    `(volumes and pods with the label ${ephemeralLabel}=true are never in the way)`
  );
}
