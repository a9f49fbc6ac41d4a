/** Kubernetes releases that the lab builds: its clusters' first, then the one that clusters are upgraded from. */
export const kubernetesVersions = ["1.34.1", "1.34.0"] as const;
export type KubernetesVersion = (typeof kubernetesVersions)[number];

/** What else runs in a cluster; etcd, CoreDNS and pause as the releases' kubeadm wants them. */
export const versions = {
  etcd: "3.6.4",
  coredns: "1.12.1",
  pause: "3.10.1",
  cni: "1.9.1",
  flannel: "0.28.4",
  metricsServer: "0.9.0",
  localPath: "0.0.30",
  kubeRouter: "1.6.1",
} as const;
