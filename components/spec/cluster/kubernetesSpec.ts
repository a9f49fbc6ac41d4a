/**
 * The `kubernetes` section of `cluster.yml` and what else only a Kubernetes cluster has, after parsing and defaulting.
 */

/** Kubernetes itself: version, networks, certificates and where its parts come from. */
export interface KubernetesSpec {
  /** Version of every node, three numbers (`1.34.1`). */
  readonly version: string;
  /**
   * `preinstalled`: the template (or host) has containerd, kubelet, kubeadm, kubectl and the CNI plug-ins; `repository`:
   * they are installed from apt packages. Default `preinstalled`.
   */
  readonly source: "preinstalled" | "repository";
  /**
   * Base URL of a mirror of the package repository, for `source: repository`; the folder of the minor version
   * (`/core:/stable:/v1.34/deb`) is appended. Default: Kubernetes' own.
   */
  readonly repository?: string;
  /** Where the API server is reached, whichever control plane answers. Absent: at the only control plane's own address. */
  readonly apiEndpoint?: ApiEndpointSpec;
  /** CIDR range of pods, of which each node gets a /24. Default 10.244.0.0/16. */
  readonly podRange: string;
  /** CIDR range of the virtual addresses of services. Default 10.96.0.0/16. */
  readonly serviceRange: string;
  /** `flannel`: deployed by Slipway, VXLAN; `external`: the site installs a pod network of its own. Default `flannel`. */
  readonly podNetwork: "flannel" | "external";
  /**
   * NetworkPolicies are enforced: beside flannel by kube-router, which Slipway deploys for it; otherwise by the site's own
   * network. Default true with flannel, false with an external network.
   */
  readonly networkPolicy: boolean;
  /**
   * `local`: volumes are folders on the nodes' own disks, by the default storage class that Slipway deploys; `vsphere`:
   * they are disks on vSphere's datastores, which go where their pod goes; `external`: the site brings a default storage
   * class of its own. Default `local`.
   */
  readonly storage: "local" | "vsphere" | "external";
  /** Present exactly with `storage: vsphere`. */
  readonly vsphereStorage?: VsphereStorageSpec;
  readonly certificates: CertificateLifetimes;
  /** Registry, with path, that the images of Kubernetes come from. Default: under `platform.mirror`, or registry.k8s.io. */
  readonly images: string;
  /** URLs of mirrors by registry host (`docker.io`), in the order in which containerd tries them. */
  readonly registryMirrors: Readonly<Record<string, readonly string[]>>;
  /** Registries (`host` or `host:port`) spoken to by http, or by https that is not verified. For labs. */
  readonly insecureRegistries: readonly string[];
  readonly etcdSnapshots: EtcdSnapshotSpec;
  /** Secrets are encrypted before they are written to etcd. Default true. */
  readonly encryptSecrets: boolean;
}

/** The address of the API server that outlives any control plane. */
export interface ApiEndpointSpec {
  /** IPv4 address, or the name of an external load balancer. */
  readonly address: string;
  /** TCP port. Default 6443; of a virtual address always. */
  readonly port: number;
  /** `external`: a load balancer that exists; `virtual`: an address that keepalived holds on one of the control planes. */
  readonly kind: "external" | "virtual";
}

export interface CertificateLifetimes {
  /** Life of the certificates that the authorities sign, days. Default 365. */
  readonly days: number;
  /** Life of the cluster's own authorities, days. Default 3650. */
  readonly authorityDays: number;
}

/** How vSphere's CSI driver makes volumes. */
export interface VsphereStorageSpec {
  /**
   * The account by which the driver works in vCenter, with its domain (`csi@vsphere.local`). Its password is a secret of the
   * Pulumi stack.
   */
  readonly user: string;
  /** Name of a storage policy for volumes. Absent: the datastore's own default. */
  readonly storagePolicy?: string;
  /** URL of the datastore of all volumes. Absent: any that all machines reach and the policy allows. */
  readonly datastoreUrl?: string;
}

export interface EtcdSnapshotSpec {
  /** When snapshots are taken, as systemd's OnCalendar has it. Default every six hours. */
  readonly schedule: string;
  /** How many snapshots each control plane keeps. Default 28. */
  readonly keep: number;
}

/** What pods may not have of a node: everything set, from the file or by the size of the pool's machines. */
export interface NodeReservations {
  /** For the operating system. */
  readonly system: Reservation;
  /** For kubelet and containerd. */
  readonly kube: Reservation;
  /** Memory that must be free; below it the kubelet evicts pods. Default 100. */
  readonly evictionMemoryMiB: number;
}

export interface Reservation {
  /** As Kubernetes writes it: cores, or thousandths of one with `m` (`100m`). */
  readonly cpu: string;
  readonly memoryMiB: number;
}

/** Keeps pods that do not tolerate it away from a pool's nodes. */
export interface TaintSpec {
  readonly key: string;
  /** Default empty. */
  readonly value: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}
