import type { KubernetesObject, Node, Pod } from "../../../provider/kubernetes/api/objects";
import { ControlPlanes, type ControlPlane } from "../../../provider/kubernetes/controlPlanes";
import { etcdPod, listMembers } from "../../../provider/kubernetes/etcd/members";
import { isClean, localState } from "../../../provider/kubernetes/localState";
import { dataOn, refusal } from "../../../provider/kubernetes/node/data";
import { isControlPlane, unreadyReason } from "../../../provider/kubernetes/nodes";
import { isReadyPod } from "../../../provider/kubernetes/pods";
import type { ClusterAccess } from "../../access";
import { ClusterHosts } from "../../hosts";
import type { Terminal } from "../../terminal";
import type { ClusterWatch, Membership } from "../clusterWatch";
import { judgeKubernetes, type KubernetesView, type WorkloadView } from "./health";

/** How long one machine may take to be reached, seconds. */
const patience = 10;

/** Looks at a Kubernetes cluster through whichever control plane answers. */
export class KubernetesWatch implements ClusterWatch<KubernetesView> {
  private constructor(private readonly hosts: ClusterHosts) {}

  static open(access: ClusterAccess, terminal: Terminal, signal: AbortSignal): KubernetesWatch {
    return new KubernetesWatch(ClusterHosts.open(access, terminal, signal));
  }

  /** @throws when no control plane answers, with what each of them said. */
  async look(): Promise<KubernetesView> {
    return viewOf(await this.controlPlane());
  }

  judge(
    view: KubernetesView,
    expectedNodes: number,
    before: KubernetesView | undefined,
  ): readonly string[] {
    return judgeKubernetes(view, expectedNodes, before);
  }

  /** Nodes, and members of etcd: a control plane that was cut off while it joined or left may be one without the other. */
  async members(): Promise<ReadonlySet<string>> {
    const { nodes, etcd } = await this.look();
    return new Set([...nodes, ...etcd].map(({ name }) => name));
  }

  /** Why this machine must not be destroyed: the volumes whose data is on its node alone; `undefined` when there are none. */
  async dataObjection(machine: string, vmUuid: string): Promise<string | undefined> {
    const { nodeName } = await this.localStateOf(machine, vmUuid);
    const { kubectl } = await this.controlPlane();
    const held = await dataOn(kubectl, nodeName);
    return held.length === 0 ? undefined : refusal(machine, held);
  }

  /** Whether this machine, as it says itself, is a node of a cluster; `unknown` when it does not answer. */
  async membershipOf(machine: string, vmUuid: string): Promise<Membership> {
    try {
      return isClean(await this.localStateOf(machine, vmUuid)) ? "none" : "member";
    } catch {
      return "unknown";
    }
  }

  async close(): Promise<void> {
    await this.hosts.close();
  }

  /** Asked anew each time, and once: whoever waits asks again, and has to tell why it waits. */
  private controlPlane(): Promise<ControlPlane> {
    return new ControlPlanes(this.hosts.context).one();
  }

  private async localStateOf(machine: string, vmUuid: string) {
    const { context } = this.hosts;
    const endpoint = await context.inventory.resolve({ machine, vmUuid }, patience);
    return localState(await context.connectTo(endpoint, patience));
  }
}

async function viewOf(at: ControlPlane): Promise<KubernetesView> {
  const { kubectl } = at;
  // One question after the other: a control plane that is short of memory is not asked for everything at once.
  const nodes = await kubectl.list<Node>("nodes");
  const pods = await kubectl.list<Pod>("pods", [
    "--namespace=kube-system",
    "--selector=tier=control-plane",
  ]);
  const workloads = await kubectl.list<Workload>("deployments,statefulsets,daemonsets", [
    "--all-namespaces",
  ]);
  const members = await listMembers(kubectl, await etcdPod(at));
  return {
    nodes: nodes.map((node) => ({
      name: node.metadata.name,
      isControlPlane: isControlPlane(node),
      trouble: unreadyReason(node),
    })),
    etcd: members.map(({ name, isHealthy, isLearner }) => ({ name, isHealthy, isLearner })),
    unreadyPods: pods.filter((pod) => !isReadyPod(pod)).map(({ metadata }) => metadata.name),
    workloads: workloads.map(workloadView),
  };
}

interface Workload extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly readyReplicas?: number;
    readonly numberReady?: number;
    readonly desiredNumberScheduled?: number;
  };
}

function workloadView({ kind, metadata, spec, status = {} }: Workload): WorkloadView {
  const { readyReplicas = 0, numberReady = 0, desiredNumberScheduled = 0 } = status;
  const isDaemon = kind === "DaemonSet";
  return {
    name: `${kind} ${metadata.namespace ?? ""}/${metadata.name}`,
    ready: isDaemon ? numberReady : readyReplicas,
    desired: isDaemon ? desiredNumberScheduled : (spec.replicas ?? 1),
  };
}
