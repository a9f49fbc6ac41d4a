import {
  list,
  type KubernetesAccess,
  type ObjectFacts,
} from "../../../components/application/kubernetes/kubernetesApi";
import {
  nodeFacts,
  podFacts,
  type ApiNode as Node,
  type ApiPod as Pod,
} from "../../../components/application/kubernetes/preflight/answers";
import { controlPlaneLabel } from "../../../provider/kubernetes/nodes";
import type { Amount, MemberFacts, NodeFacts, ServiceFacts } from "../facts";

/** @throws Error that names the API server and what it did not tell. */
export async function kubernetesMembers(access: KubernetesAccess): Promise<MemberFacts> {
  const all = async <T>(path: string): Promise<readonly T[]> => (await list<T>(access, path)) ?? [];
  const unfinished = encodeURIComponent("status.phase!=Succeeded,status.phase!=Failed");
  const [nodes, pods, deployments, statefulSets, daemonSets] = await Promise.all([
    all<ApiNode>("/api/v1/nodes"),
    all<ApiPod>(`/api/v1/pods?fieldSelector=${unfinished}`),
    all<ApiWorkload>("/apis/apps/v1/deployments"),
    all<ApiWorkload>("/apis/apps/v1/statefulsets"),
    all<ApiWorkload>("/apis/apps/v1/daemonsets"),
  ]);
  return kubernetesFacts({ nodes, pods, workloads: [...deployments, ...statefulSets], daemonSets });
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

type Status = NonNullable<Node["status"]>;

export interface ApiNode extends Omit<Node, "status"> {
  readonly status?: Omit<Status, "conditions" | "nodeInfo"> & {
    readonly conditions?: readonly Condition[];
    readonly nodeInfo?: Status["nodeInfo"] & { readonly kubeletVersion?: string };
  };
}

export type ApiPod = Pod & {
  readonly metadata: { readonly ownerReferences?: readonly { readonly kind: string }[] };
  readonly status?: { readonly conditions?: readonly Condition[] };
};

export interface ApiWorkload extends ObjectFacts {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly readyReplicas?: number;
    readonly numberReady?: number;
    readonly desiredNumberScheduled?: number;
  };
}

export interface Answers {
  readonly nodes: readonly ApiNode[];
  readonly pods: readonly ApiPod[];
  /** Deployments and StatefulSets. */
  readonly workloads: readonly ApiWorkload[];
  readonly daemonSets: readonly ApiWorkload[];
}

/** What the answers of the API server mean. */
export function kubernetesFacts({ nodes, pods, workloads, daemonSets }: Answers): MemberFacts {
  return {
    nodes: nodes.map((node) =>
      memberNode(
        node,
        pods.filter(({ spec }) => spec?.nodeName === node.metadata.name),
      ),
    ),
    services: [
      ...workloads.map(({ metadata, spec, status }) =>
        service(metadata, status?.readyReplicas, spec?.replicas ?? 1),
      ),
      ...daemonSets.map(({ metadata, status }) =>
        service(metadata, status?.numberReady, status?.desiredNumberScheduled ?? 0),
      ),
    ],
  };
}

function service(
  { name, namespace = "" }: ObjectFacts["metadata"],
  running: number | undefined,
  wanted: number,
): ServiceFacts {
  return { application: namespace, name, running: running ?? 0, wanted };
}

/** Pods that are the node's own: one on each, or written on the node itself. */
const ofTheNode: readonly string[] = ["DaemonSet", "Node"];

function memberNode(node: ApiNode, pods: readonly ApiPod[]): NodeFacts {
  const { metadata, spec, status } = node;
  const { cpus, memoryBytes, taints } = nodeFacts(node);
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const isReady = ready?.status === "True";
  const isControlPlane = metadata.labels?.[controlPlaneLabel] !== undefined;
  const isCordoned = spec?.unschedulable === true;
  const etcd = pods.find(
    ({ metadata: { namespace, labels } }) =>
      namespace === "kube-system" && labels?.component === "etcd",
  );
  return {
    name: metadata.name,
    role: isControlPlane ? "controlPlane" : "worker",
    isReady,
    ...(!isReady && { trouble: troubleOf(ready) }),
    availability: isCordoned ? "cordoned" : "active",
    // Control planes decide by the etcd on them; where there is none to be seen, it is elsewhere.
    ...(isControlPlane && { decides: isReady && (etcd === undefined || isReadyPod(etcd)) }),
    version: (status?.nodeInfo?.kubeletVersion ?? "").replace(/^v/, ""),
    takesWork: !isCordoned && !taints.some(({ effect }) => effect !== "PreferNoSchedule"),
    has: { cpus, memoryBytes },
    reserved: reservedBy(pods),
    reservedByEach: reservedBy(
      pods.filter(({ metadata: { ownerReferences = [] } }) =>
        ownerReferences.some(({ kind }) => ofTheNode.includes(kind)),
      ),
    ),
  };
}

function troubleOf(ready: Condition | undefined): string {
  if (ready === undefined) return "not ready (its kubelet has not reported yet)";
  const why = ready.message ?? ready.reason ?? "";
  const state = ready.status === "Unknown" ? "not heard of" : "not ready";
  return why === "" ? state : `${state} (${why})`;
}

function isReadyPod({ status }: ApiPod): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status: is }) => type === "Ready" && is === "True",
  );
}

function reservedBy(pods: readonly ApiPod[]): Amount {
  const all = pods.map((pod) => podFacts(pod).reserved);
  return {
    cpus: all.reduce((sum, { cpus }) => sum + cpus, 0),
    memoryBytes: all.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  };
}
