import type { MachineRef } from "./shapes";

/** Where containerd, kubelet and kubeadm come from: the template, or apt packages of pkgs.k8s.io or a mirror. */
export type KubernetesSource = "preinstalled" | "repository";

/* ---- slipway:index:KubernetesHost: container runtime, kernel settings and packages of one host ---- */

export interface KubernetesHostInputs extends MachineRef {
  /** Three numbers (`1.34.1`): what a host that is no node yet must have. A node is upgraded by its `KubernetesNode`. */
  readonly version: string;
  readonly source: KubernetesSource;
  /** Base URL of the package repository's mirror, without the folder of the minor version; only with `source: repository`. */
  readonly repository?: string;
  readonly containerd: ContainerdSettings;
}

export interface ContainerdSettings {
  /** Image of the pause container. */
  readonly sandboxImage: string;
  /** Mirrors by registry host (`docker.io`), in the order in which they are tried. */
  readonly mirrors: Readonly<Record<string, readonly string[]>>;
  /** Registries (`host:port`) that are spoken to without verified TLS. */
  readonly insecureRegistries: readonly string[];
  /** PEM of the authority that is trusted for a registry, by `host:port`. */
  readonly authorities?: Readonly<Record<string, string>>;
  /** Pods get their addresses by bridge and host-local plug-ins from the node's range; null where the site's own CNI does it. */
  readonly podNetwork: { readonly mtu: number } | null;
}

export interface KubernetesHostOutputs {
  /** Version of kubeadm and kubelet on the host. */
  readonly installedVersion: string;
  readonly containerdVersion: string;
}

/* ---- slipway:index:KubernetesCluster: the cluster itself ---- */

export interface KubernetesClusterInputs {
  /** Three numbers. A change is checked here and carried out node by node. */
  readonly version: string;
  /** Absent for a single control plane, which then answers at its own address. */
  readonly apiEndpoint?: KubernetesEndpoint;
  readonly podRange: string;
  readonly serviceRange: string;
  /** Registry, with path, that the images of the control plane come from. */
  readonly images: string;
  readonly certificates: { readonly days: number; readonly authorityDays: number };
  readonly encryptSecrets: boolean;
  readonly snapshots: SnapshotSchedule;
  readonly kubelet: KubeletReservations;
}

/** `external`: a load balancer that exists; `virtual`: an address that keepalived holds on one of the control planes. */
export interface KubernetesEndpoint {
  readonly address: string;
  readonly port: number;
  readonly kind: "external" | "virtual";
}

export interface SnapshotSchedule {
  /** As systemd writes it (`*-*-* 00/6:00:00`). */
  readonly schedule: string;
  /** How many snapshots a control plane keeps. */
  readonly keep: number;
}

/** What pods may not have of a node, as quantities of the kubelet's configuration (`{ cpu: "100m", memory: "256Mi" }`). */
export interface KubeletReservations {
  readonly systemReserved: Readonly<Record<string, string>>;
  readonly kubeReserved: Readonly<Record<string, string>>;
  /** By signal (`memory.available`). */
  readonly evictionHard: Readonly<Record<string, string>>;
}

export interface KubernetesClusterOutputs {
  /** UID of the namespace `kube-system`. */
  readonly clusterId: string;
  /** `https://10.0.0.9:6443`. */
  readonly endpoint: string;
  /** PEM. */
  readonly caCertificate: string;
}

/* ---- slipway:index:KubernetesNode: membership of one host ---- */

export interface KubernetesTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export interface KubernetesNodeInputs extends MachineRef {
  readonly clusterId: string;
  readonly role: "controlPlane" | "worker";
  /** Node pool of the machine: what `upgradeBatch` counts in. */
  readonly pool: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Beside the control plane's own, which kubeadm sets. */
  readonly taints: readonly KubernetesTaint[];
  /** Three numbers. */
  readonly version: string;
  /** Where an upgrade takes its binaries from; as of the machine's `KubernetesHost`. */
  readonly source: KubernetesSource;
  readonly repository?: string;
  readonly kubelet: KubeletReservations;
  /** Data that pods keep on this machine may be destroyed with it. */
  readonly ephemeralVolumes: boolean;
  /** How many workers of the pool are upgraded at once. */
  readonly upgradeBatch: number;
}

export interface KubernetesNodeOutputs {
  readonly nodeName: string;
  readonly address: string;
  readonly kubeletVersion: string;
  /** Of the control plane's certificate that ends first, ISO 8601. */
  readonly certificateExpires?: string;
  /** Whole life of that certificate, days: it is renewed in the last third. */
  readonly certificateDays?: number;
}

/* ---- slipway:index:KubernetesCredential: a client certificate in a kubeconfig ---- */

export interface KubernetesCredentialInputs {
  readonly clusterId: string;
  readonly commonName: string;
  readonly groups: readonly string[];
  readonly validityDays: number;
}

export interface KubernetesCredentialOutputs {
  /** Secret. */
  readonly kubeconfig: string;
  /** ISO 8601. */
  readonly expires: string;
}

/** Mutual TLS with the API server of a cluster. PEM. */
export interface KubernetesConnection {
  /** `https://10.0.0.9:6443` */
  readonly endpoint: string;
  readonly caCertificate: string;
  readonly clientCertificate: string;
  /** Secret. */
  readonly clientKey: string;
}

/* ---- slipway:index:KubernetesJob: a job of an application, run once for each release ---- */

export interface KubernetesJobInputs {
  readonly namespace: string;
  /** The same for every run (`job-migrate`); the object's own name has the run in it. */
  readonly name: string;
  /** Job of `batch/v1`, as the API server gets it. */
  readonly object: Readonly<Record<string, unknown>>;
  /** How long the job may take, image pull included, seconds. */
  readonly timeoutSeconds: number;
  /** Runs again when this changes, even where the object does not. */
  readonly run: string;
}
export interface KubernetesJobOutputs {
  /** Name of the Job that has run last; empty where none has. */
  readonly jobName: string;
  /** When it ended, ISO 8601; empty where it has not. */
  readonly completed: string;
}

/* ---- slipway:index:KubernetesRollout: a workload of an application whose pods run, the newest version of each ---- */

export type RolloutKind = "Deployment" | "StatefulSet" | "DaemonSet";

export interface KubernetesRolloutInputs {
  readonly namespace: string;
  readonly kind: RolloutKind;
  readonly name: string;
  /** Changes when the workload does: then its rollout is waited for. */
  readonly revision: string;
  readonly limits: RolloutLimits;
}

/** When a rollout has failed, seconds. */
export interface RolloutLimits {
  /** A container runs for so long, and its pod is not ready. */
  readonly readySeconds: number;
  /** Nothing changes for so long. */
  readonly progressSeconds: number;
  /** It takes so long in all. */
  readonly totalSeconds: number;
}

export type KubernetesRolloutOutputs = object;
