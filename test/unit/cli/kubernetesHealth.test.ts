import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  judgeKubernetes,
  type EtcdView,
  type KubernetesView,
  type NodeView,
  type WorkloadView,
} from "../../../cli/roll/kubernetes/health";

const controlPlane = (n: number): NodeView => ({ name: `c${n}`, isControlPlane: true });
const worker: NodeView = { name: "w0", isControlPlane: false };
const member = (n: number, changed: Partial<EtcdView> = {}): EtcdView => ({
  name: `c${n}`,
  isHealthy: true,
  isLearner: false,
  ...changed,
});
const well: KubernetesView = {
  nodes: [controlPlane(0), controlPlane(1), controlPlane(2), worker],
  etcd: [member(0), member(1), member(2)],
  unreadyPods: [],
  workloads: [],
};
const sick = { isHealthy: false };

const cases: readonly [string, Partial<KubernetesView>, number, readonly string[]][] = [
  ["is well when nodes, etcd and control planes are", {}, 4, []],
  [
    "waits for a node that is not Ready, and says why",
    { nodes: [...well.nodes.slice(0, 3), { ...worker, trouble: "NodeStatusUnknown: gone" }] },
    4,
    ["node w0 is not Ready: NodeStatusUnknown: gone"],
  ],
  ["waits while there is a node too many", {}, 3, ["the cluster has 4 nodes, the Pulumi stack 3"]],
  [
    "waits for a member of etcd that is not healthy, though there is quorum",
    { etcd: [member(0), member(1), member(2, sick)] },
    4,
    ["etcd member c2 is not healthy"],
  ],
  [
    "tells that quorum is lost",
    { etcd: [member(0), member(1, sick), member(2, sick)] },
    4,
    [
      "etcd member c1 is not healthy",
      "etcd member c2 is not healthy",
      "quorum: 1 of 3 etcd members are healthy, 2 are needed",
    ],
  ],
  [
    "waits for a member that has no vote yet",
    { etcd: [member(0), member(1), member(2, { isLearner: true })] },
    4,
    ["etcd member c2 has no vote yet"],
  ],
  [
    "waits while etcd has a member whose node is gone",
    { etcd: [...well.etcd, member(3)] },
    4,
    ["etcd has 4 members, the cluster 3 control planes"],
  ],
  [
    "waits while a control plane has no member",
    { etcd: well.etcd.slice(1) },
    4,
    ["etcd has 2 members, the cluster 3 control planes"],
  ],
  [
    "waits for the pods of the control planes",
    { unreadyPods: ["kube-apiserver-c1"] },
    4,
    ["pod kube-apiserver-c1 is not ready"],
  ],
];

const web = (ready: number): WorkloadView => ({ name: "Deployment shop/web", ready, desired: 2 });
const withWeb = (ready: number): KubernetesView => ({ ...well, workloads: [web(ready)] });

describe("health of a Kubernetes cluster between two machines", () => {
  for (const [title, changed, expected, problems] of cases) {
    test(title, () => {
      assert.deepEqual(judgeKubernetes({ ...well, ...changed }, expected, undefined), problems);
    });
  }

  const one = ["Deployment shop/web has 1 of 2 pods ready"];
  test("waits for a workload that was whole before", () => {
    assert.deepEqual(judgeKubernetes(withWeb(1), 4, withWeb(2)), one);
  });

  test("waits for a workload that has come since", () => {
    assert.deepEqual(judgeKubernetes(withWeb(1), 4, well), one);
  });

  test("does not wait for a workload that was broken before", () => {
    assert.deepEqual(judgeKubernetes(withWeb(0), 4, withWeb(1)), []);
  });

  test("does not let a broken workload keep a roll from beginning", () => {
    assert.deepEqual(judgeKubernetes(withWeb(0), 4, undefined), []);
  });
});
