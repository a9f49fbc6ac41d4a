/**
 * The shape of `cluster.yml`, after parsing and defaulting.
 *
 * Plain data: nothing in `components/spec` knows Pulumi. The JSON schema beside this file
 * (`../cluster.schema.json`) describes the same shape to editors and to the validator, and
 * `test/unit/spec` holds the two together.
 */

import type { KubernetesSpec, NodeReservations, TaintSpec } from "./kubernetesSpec";
import type { KubernetesPlatformSpec, PlatformSpec, SwarmPlatformSpec } from "./platformSpec";

/** What orchestrates containers on the cluster. */
export type Orchestrator = "swarm" | "kubernetes";

/** A whole cluster, as one `cluster.yml` describes it. */
export type ClusterSpec = SwarmClusterSpec | KubernetesClusterSpec;

/** What every cluster has, whatever its orchestrator. */
export interface ClusterBase {
  readonly kind: "Cluster";
  /** Name of the cluster: a DNS label of at most 20 characters; the prefix of every VM and host name. */
  readonly name: string;
  /** Environment version of this file (`1.1.0`), for people and for the ledger. */
  readonly version: string;
  readonly orchestrator: Orchestrator;
  /** Where VMs come from: exactly one of `vsphere` and `hosts` is present. */
  readonly vsphere?: VsphereSpec;
  /** Machines that exist already, without vSphere: exactly one of `vsphere` and `hosts` is present. */
  readonly hosts?: readonly ExistingHostSpec[];
  readonly access: AccessSpec;
  /** What the operating system of every machine gets at first boot (vSphere only). */
  readonly os: OsSpec;
  readonly nodePools: Readonly<Record<string, NodePoolSpec>>;
  readonly platform: PlatformSpec;
}

export interface SwarmClusterSpec extends ClusterBase {
  readonly orchestrator: "swarm";
  readonly nodePools: Readonly<Record<string, SwarmNodePoolSpec>>;
  readonly engine: EngineSpec;
  readonly swarm: SwarmSpec;
  readonly platform: SwarmPlatformSpec;
}

export interface KubernetesClusterSpec extends ClusterBase {
  readonly orchestrator: "kubernetes";
  readonly nodePools: Readonly<Record<string, KubernetesNodePoolSpec>>;
  readonly kubernetes: KubernetesSpec;
  readonly platform: KubernetesPlatformSpec;
}

/** Names of existing vSphere objects. They are looked up, never created. */
export interface VsphereSpec {
  readonly datacenter: string;
  /** Compute cluster whose root resource pool takes the VMs, unless `resourcePool` is given. */
  readonly computeCluster: string;
  /** Resource pool inside the compute cluster. Default: the cluster's root pool. */
  readonly resourcePool?: string;
  /** Exactly one of `datastore` and `datastoreCluster`. */
  readonly datastore?: string;
  readonly datastoreCluster?: string;
  readonly network: string;
  /** VM folder, relative to the datacenter's VM folder (`slipway/dev`). */
  readonly folder: string;
  /** Name or inventory path of the standard template. */
  readonly template: string;
  /** `full` copies the template's disks, `linked` shares them (the template needs a snapshot). Default `full`. */
  readonly clone: "full" | "linked";
  /** Existing tags to put on every VM, by category. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A host that exists already. */
export interface ExistingHostSpec {
  /** IPv4 address or resolvable name on which SSH answers. */
  readonly address: string;
  /** Node pool that the host belongs to; its role and labels come from there. */
  readonly pool: string;
  /** Name of the machine in Pulumi. Default: `<pool>-<address>`, so that order in the file does not matter. */
  readonly name: string;
  /** SHA-256 fingerprint of the host's SSH key, as `ssh-keygen -lf` prints it (`SHA256:…`). */
  readonly hostKey?: string;
  /** Take the key that the host shows at first contact. Only for this host, and only because it is asked for by name. */
  readonly trustOnFirstUse: boolean;
}

export interface AccessSpec {
  /** Login user with password-less sudo. The template's cloud-init creates it. */
  readonly user: string;
  /** TCP port of sshd. Default 22. */
  readonly port: number;
}

export interface OsSpec {
  /** DNS servers, IPv4. Default: what DHCP or the template says. */
  readonly dns: readonly string[];
  readonly searchDomains: readonly string[];
  /** NTP servers, names or addresses. Default: the template's. */
  readonly ntp: readonly string[];
  readonly proxy?: {
    readonly http?: string;
    readonly https?: string;
    /** Hosts, domains and CIDR ranges that are reached directly. */
    readonly noProxy: readonly string[];
  };
  /** PEM files of certificate authorities that every machine trusts, relative to `cluster.yml`. */
  readonly caCertificates: readonly CaCertificate[];
  /** Accept hosts that run another system than this; `ID` and `VERSION_ID` of `/etc/os-release`. Default debian 12. */
  readonly expected: { readonly id: string; readonly versionId: string };
}

/** A certificate authority's file, read by the loader. */
export interface CaCertificate {
  readonly path: string;
  readonly pem: string;
}

/** Swarm has managers, Kubernetes has control planes; both have workers. */
export type NodeRole = "manager" | "controlPlane" | "worker";

/** Machines of one size and role. */
export interface NodePoolSpec {
  readonly role: NodeRole;
  /** How many machines: vSphere only; for existing hosts it is the number of hosts in the pool. */
  readonly count: number;
  readonly numCpus: number;
  readonly memoryMiB: number;
  /** Size of the system disk. At least the template's. */
  readonly diskGiB: number;
  /** Second disk, mounted at `/var/lib/docker`. Kept when the machine is removed unless `keepDataDisk` is false. */
  readonly dataDiskGiB?: number;
  readonly keepDataDisk: boolean;
  /** Labels of the pool's nodes, as the orchestrator has them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Keep the pool's machines on distinct ESX hosts (a DRS rule). Default true for managers and control planes. */
  readonly antiAffinity: boolean;
  /** What to do with running machines when their definition changes; see docs/operations.md. Default `rolling`. */
  readonly replace: "rolling" | "never";
  /** Volumes on the pool's machines may be thrown away when a machine is removed or replaced. Default false. */
  readonly ephemeralVolumes: boolean;
  /** Static addresses. Default: DHCP. */
  readonly network?: StaticNetworkSpec;
}

export interface SwarmNodePoolSpec extends NodePoolSpec {
  readonly role: "manager" | "worker";
  /** Swarm availability of the pool's nodes. Default `active`. */
  readonly availability: "active" | "pause" | "drain";
}

export interface KubernetesNodePoolSpec extends NodePoolSpec {
  readonly role: "controlPlane" | "worker";
  /** Beside the taint that kubeadm gives to every control plane. */
  readonly taints: readonly TaintSpec[];
  /** How many workers of the pool are upgraded at once. Default 1; control planes go one at a time. */
  readonly upgradeBatch: number;
  /** What pods may not have of the pool's nodes: from `kubernetes.reserved`, the rest by the machines' size. */
  readonly reserved: NodeReservations;
}

export interface StaticNetworkSpec {
  /** One IPv4 address per machine, in order of ordinal, and optionally one more as a spare for rolling. */
  readonly addresses: readonly string[];
  /** Prefix length of the network, 1 to 32. */
  readonly prefixLength: number;
  readonly gateway: string;
}

export interface EngineSpec {
  /** Version that must be installed, matched by prefix (`20.10` accepts `20.10.24`). */
  readonly version: string;
  /** `distribution`: Debian's docker.io; `docker`: Docker's docker-ce repository; `preinstalled`: checked, not installed. Default `distribution`. */
  readonly source: "distribution" | "docker" | "preinstalled";
  /** Base URL of a mirror of Docker's repository, for `source: docker`. */
  readonly repository?: string;
  /** Pull-through mirrors of Docker Hub (`registry-mirrors`). */
  readonly registryMirrors: readonly string[];
  /** Registries reached without TLS. For labs. */
  readonly insecureRegistries: readonly string[];
  /** Log rotation of every container's json-file log. Default 10m, 3 files. */
  readonly log: { readonly maxSize: string; readonly maxFiles: number };
  /** Ranges that local bridge networks take their subnets from. */
  readonly addressPools: readonly { readonly base: string; readonly size: number }[];
}

export interface SwarmSpec {
  /** Ranges that overlay networks take their subnets from. Default: Docker's 10.0.0.0/8. */
  readonly addressPool: readonly string[];
  /** Prefix length of each overlay subnet. Default 24. */
  readonly subnetSize: number;
  /** UDP port of VXLAN traffic. Default 4789. */
  readonly dataPathPort: number;
  /** Managers need a key to start after a reboot; the key is a secret output. Default false. */
  readonly autolock: boolean;
  /** Every overlay network that an application makes is encrypted (IPsec). Needs ESP in every node's kernel. Default false. */
  readonly encryptOverlays: boolean;
}
