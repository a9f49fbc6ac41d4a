import type {
  ContainerdSettings,
  KubernetesClusterInputs,
  KubernetesNodeInputs,
} from "../../../../provider/sdk";
import type { NodeFacts } from "../../../../provider/kubernetes/nodeFacts";

export const kubelet = {
  systemReserved: { cpu: "100m", memory: "256Mi" },
  kubeReserved: { cpu: "100m", memory: "256Mi" },
  evictionHard: { "memory.available": "200Mi" },
};

export const clusterInputs: KubernetesClusterInputs = {
  version: "1.34.1",
  podRange: "10.244.0.0/16",
  serviceRange: "10.96.0.0/16",
  images: "registry.k8s.io",
  certificates: { days: 365, authorityDays: 3650 },
  encryptSecrets: false,
  snapshots: { schedule: "*-*-* 00/6:00:00", keep: 28 },
  kubelet,
};

export const fullClusterInputs: KubernetesClusterInputs = {
  ...clusterInputs,
  apiEndpoint: { address: "10.0.0.9", port: 6443, kind: "virtual" },
  images: "mirror.test/registry.k8s.io",
  certificates: { days: 90, authorityDays: 1825 },
  encryptSecrets: true,
};

export const nodeInputs: KubernetesNodeInputs = {
  machine: "workers-0",
  clusterId: "11111111-2222-3333-4444-555555555555",
  role: "worker",
  pool: "workers",
  labels: {},
  taints: [],
  version: "1.34.1",
  source: "preinstalled",
  kubelet,
  ephemeralVolumes: false,
  upgradeBatch: 1,
};

export const containerd: ContainerdSettings = {
  sandboxImage: "registry.k8s.io/pause:3.10.1",
  mirrors: {},
  insecureRegistries: [],
  podNetwork: { mtu: 1450 },
};

/** A VM with a kernel of its own. */
export const vmFacts: NodeFacts = {
  cgroupVersion: 2,
  systemd: true,
  kernelConfig: true,
  conntrackWritable: true,
};

/** A container that serves as a machine. */
export const containerFacts: NodeFacts = {
  cgroupVersion: 1,
  systemd: true,
  kernelConfig: false,
  conntrackWritable: false,
};
