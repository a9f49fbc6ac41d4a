import type { NodeFacts } from "../nodeFacts";

/** Checks of kubeadm that a fact of this host makes impossible to pass, or that say nothing here. */
export function ignoredByFacts({ kernelConfig }: NodeFacts): readonly string[] {
  return [
    // Whether a proxy stands between nodes and pods: cluster.yml's own check of noProxy has said so. This one fails without
    // any proxy where kubeadm was built by a Go that refuses an IPv4 address in brackets.
    "HTTPProxyCIDR",
    // It reads the kernel's configuration; what matters of it is probed by Slipway's own preflight.
    ...(kernelConfig ? [] : ["SystemVerification"]),
  ];
}

/** Checks that fail because an earlier `kubeadm init` of ours has done that part already. */
export const ignoredOnResume: readonly string[] = [
  "DirAvailable--var-lib-etcd",
  ...["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"].map(
    (name) => `FileAvailable--etc-kubernetes-manifests-${name}.yaml`,
  ),
  ...[6443, 10250, 10257, 10259, 2379, 2380].map((port) => `Port-${port}`),
];
