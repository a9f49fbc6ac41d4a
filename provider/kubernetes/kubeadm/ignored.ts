import type { NodeFacts } from "../nodeFacts";

/** Checks of kubeadm that a fact of this host makes impossible to pass, and that say nothing here. */
export function ignoredByFacts({ kernelConfig }: NodeFacts): readonly string[] {
  // It reads the kernel's configuration; what matters of it is probed by Slipway's own preflight.
  return kernelConfig ? [] : ["SystemVerification"];
}

/** Checks that fail because an earlier `kubeadm init` of ours has done that part already. */
export const ignoredOnResume: readonly string[] = [
  "DirAvailable--var-lib-etcd",
  ...["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"].map(
    (name) => `FileAvailable--etc-kubernetes-manifests-${name}.yaml`,
  ),
  ...[6443, 10250, 10257, 10259, 2379, 2380].map((port) => `Port-${port}`),
];
