import { majorityOf } from "../../../provider/swarm/quorum";

/** A node, as the API server has it. */
export interface NodeView {
  readonly name: string;
  readonly isControlPlane: boolean;
  /** Why it is not Ready; absent when it is. */
  readonly trouble?: string;
}

/** A member of etcd. */
export interface EtcdView {
  /** Name of its node; empty while it has not started for the first time. */
  readonly name: string;
  readonly isHealthy: boolean;
  /** It has no vote yet. */
  readonly isLearner: boolean;
}

/** Something that keeps pods running. */
export interface WorkloadView {
  /** `Deployment shop/web` */
  readonly name: string;
  readonly ready: number;
  readonly desired: number;
}

/** A Kubernetes cluster at one moment. */
export interface KubernetesView {
  readonly nodes: readonly NodeView[];
  readonly etcd: readonly EtcdView[];
  /** Pods of the control planes themselves that are not ready (`kube-apiserver-prod-control-0-g1`). */
  readonly unreadyPods: readonly string[];
  readonly workloads: readonly WorkloadView[];
}

/**
 * What keeps the next machine from being replaced; empty when the cluster is well: every node Ready, an etcd member for
 * each control plane and all of them healthy, so that one can be lost, and whole again what was whole before.
 *
 * @param expectedNodes number of nodes that the cluster has when nothing is under way
 * @param before the cluster before the roll: a workload that was not whole then is not waited for
 */
export function judgeKubernetes(
  view: KubernetesView,
  expectedNodes: number,
  before: KubernetesView | undefined,
): readonly string[] {
  return [
    ...judgeNodes(view.nodes, expectedNodes),
    ...judgeEtcd(view),
    ...view.unreadyPods.map((pod) => `pod ${pod} is not ready`),
    ...judgeWorkloads(view.workloads, before?.workloads),
  ];
}

function judgeNodes(nodes: readonly NodeView[], expected: number): readonly string[] {
  const problems = nodes.flatMap(({ name, trouble }) =>
    trouble === undefined ? [] : [`node ${name} is not Ready: ${trouble}`],
  );
  if (nodes.length !== expected) {
    problems.push(`the cluster has ${nodes.length} nodes, the Pulumi stack ${expected}`);
  }
  return problems;
}

function judgeEtcd({ etcd, nodes }: KubernetesView): readonly string[] {
  const problems = etcd.flatMap(({ name, isHealthy, isLearner }) => {
    const member = `etcd member ${name || "that never started"}`;
    if (!isHealthy) return [`${member} is not healthy`];
    return isLearner ? [`${member} has no vote yet`] : [];
  });
  const controlPlanes = nodes.filter(({ isControlPlane }) => isControlPlane).length;
  if (etcd.length !== controlPlanes) {
    problems.push(`etcd has ${etcd.length} members, the cluster ${controlPlanes} control planes`);
  }
  const voters = etcd.filter(({ isLearner }) => !isLearner);
  const healthy = voters.filter(({ isHealthy }) => isHealthy).length;
  const needed = majorityOf(voters.length);
  if (healthy < needed) {
    problems.push(
      `quorum: ${healthy} of ${voters.length} etcd members are healthy, ${needed} are needed`,
    );
  }
  return problems;
}

function judgeWorkloads(
  workloads: readonly WorkloadView[],
  before: readonly WorkloadView[] | undefined,
): readonly string[] {
  return workloads
    .filter(({ ready, desired }) => ready < desired)
    .filter(({ name }) => {
      const then = before?.find((workload) => workload.name === name);
      return before !== undefined && (then === undefined || then.ready >= then.desired);
    })
    .map(({ name, ready, desired }) => `${name} has ${ready} of ${desired} pods ready`);
}
