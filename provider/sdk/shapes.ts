/**
 * Inputs and outputs of the slipway provider's resources, as plain data: shared by the typed
 * wrappers (program side) and by the provider itself (plugin side). No Pulumi import here.
 */

import type { KubernetesConnection } from "./kubernetesShapes";

export * from "./kubernetesShapes";

/** Role of a machine: those that decide (Swarm managers, Kubernetes control planes), and workers. */
export type MachineRole = "manager" | "controlPlane" | "worker";

/** What preflight asks of one host. Every unmet line is reported, not only the first. */
export interface HostRequirements {
  /** `ID` and `VERSION_ID` of `/etc/os-release`. */
  readonly os: { readonly id: string; readonly versionId: string };
  readonly minCpus: number;
  readonly minMemoryMiB: number;
  /** Free space under `/var/lib`, GiB. */
  readonly minDiskGiB: number;
  /** Largest accepted difference to the clock of the machine that runs Pulumi, seconds. */
  readonly maxClockSkewSeconds: number;
  /** TCP and UDP ports that must be free or belong to the engine already (`2377/tcp`). */
  readonly freePorts: readonly string[];
  /** Kernel features that the cluster cannot do without. */
  readonly features: readonly KernelFeature[];
  /** Processes whose ports are the orchestrator's own. Default: those of the Docker engine. */
  readonly ownProcesses?: readonly string[];
  /** Ports at which the machines must reach each other, for the error that says that they don't. Default: the Swarm's. */
  readonly peerPorts?: readonly string[];
  /** Swap must be off, as the kubelet wants it. Default false. */
  readonly swapOff?: boolean;
}

/**
 * `ipvs`: virtual IPs and the ingress mesh; `esp`: encrypted overlays; `vxlan`: overlays; `overlayfs`: image layers;
 * `ipset`: NetworkPolicies.
 */
export const kernelFeatures = ["ipvs", "esp", "vxlan", "overlayfs", "ipset"] as const;
export type KernelFeature = (typeof kernelFeatures)[number];

/** What of all kernel features is true. */
export function eachFeature(
  has: (feature: KernelFeature) => boolean,
): Readonly<Record<KernelFeature, boolean>> {
  return Object.fromEntries(kernelFeatures.map((feature) => [feature, has(feature)])) as Record<
    KernelFeature,
    boolean
  >;
}

export interface HostFacts {
  readonly hostname: string;
  readonly machineId: string;
  readonly os: { readonly id: string; readonly versionId: string; readonly prettyName: string };
  readonly kernel: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskFreeGiB: number;
  /** Absent in facts that an older release has recorded. */
  readonly cgroupVersion?: 1 | 2;
  /** Swap space in use or ready for it. Absent in facts that an older release has recorded. */
  readonly swapMiB?: number;
  readonly features: Readonly<Record<KernelFeature, boolean>>;
}

/** A machine that exists already; the address book of a cluster without vSphere. */
export interface StaticHost {
  readonly machine: string;
  readonly address: string;
  readonly role: MachineRole;
  /** `SHA256:…`; absent only with `trustOnFirstUse`. */
  readonly hostKey?: string;
  readonly trustOnFirstUse?: boolean;
}

export interface VsphereConnection {
  /** Host or host:port of vCenter. */
  readonly server: string;
  readonly user: string;
  readonly password: string;
  readonly allowUnverifiedSsl: boolean;
}

/** How a provider is connected to a cluster: to its hosts, or to the API of its managers or control planes. */
export type ProviderConfig = HostsConfig | DockerConfig | KubernetesConfig;

/** One address book per cluster, read at run time, never from a node's outputs. */
export interface HostsConfig {
  /** `<project>/<stack>` of the cluster: the identity that its VMs carry in guestinfo. */
  readonly cluster: string;
  readonly user: string;
  readonly port: number;
  /** OpenSSH private key. */
  readonly privateKey: string;
  /** Exactly one of the two. */
  readonly vsphere?: VsphereConnection;
  readonly hosts?: readonly StaticHost[];
}

/** What an application deployment gets of a cluster: the scoped credential of its Docker API. */
export interface DockerConfig {
  /** `<project>/<stack>` of the application: the owner that its objects on the Swarm name. */
  readonly owner: string;
  readonly docker: DockerConnection;
  /** Credentials that the nodes pull images with, by the registry's host as it stands in image names. */
  readonly registries: Readonly<Record<string, RegistryCredential>>;
}

/** What an application deployment gets of a cluster: the scoped credential of its Kubernetes API. */
export interface KubernetesConfig {
  /** `<project>/<stack>` of the application. */
  readonly owner: string;
  readonly kubernetes: KubernetesConnection;
}

/** Mutual TLS with the Docker API of a cluster's managers. PEM. */
export interface DockerConnection {
  /** `tcp://10.1.2.3:2376`, in the order in which they are tried. */
  readonly endpoints: readonly string[];
  readonly caCertificate: string;
  readonly clientCertificate: string;
  /** Secret. */
  readonly clientKey: string;
}

/** What a registry asks for before it gives an image. */
export interface RegistryCredential {
  readonly username: string;
  /** Secret. */
  readonly password: string;
}

/** Which machine a resource is about; `vmUuid` pins one VM while two generations exist side by side. */
export interface MachineRef {
  /** Stable name within the cluster (`managers-0`). */
  readonly machine: string;
  /** BIOS UUID of the VM (`VirtualMachine.uuid`); absent for existing hosts. */
  readonly vmUuid?: string;
}

/** guestinfo keys by which a VM says whose it is, and the key under which it publishes its SSH host key. */
export const guestinfo = {
  cluster: "guestinfo.slipway.cluster",
  machine: "guestinfo.slipway.machine",
  role: "guestinfo.slipway.role",
  sshHostKey: "guestinfo.slipway.sshHostKey",
} as const;

/* ---- slipway:index:NodePoolGenerations: the record that comes before the VMs of a node pool ---- */

export interface NodePoolGenerationsInputs {
  /** Name of the pool in `nodePools`. */
  readonly pool: string;
  /** Name of the cluster: the VM and host name of a machine is `<cluster>-<machine>-g<generation>`. */
  readonly cluster: string;
  /** Machines that the pool has, by ordinal. */
  readonly machines: readonly string[];
  /** Everything that a machine is made from, field by field (template, numCpus, userData hash, …). */
  readonly definition: Readonly<Record<string, string>>;
  readonly replace: "rolling" | "never";
  /** Static addresses, of which each machine starts with the one at its ordinal; absent with DHCP. */
  readonly addresses?: readonly string[];
  /** Asks for the next generation of one machine; set by `slipway roll` only. */
  readonly roll?: GenerationRoll;
}

export interface GenerationRoll {
  readonly machine: string;
  /** Names the roll: the same token twice is the same roll. */
  readonly token: string;
  /** Static address that the next generation takes; default: the one at the machine's ordinal. */
  readonly address?: string;
}

/** One machine, as it was made last. */
export interface MachineGeneration {
  readonly generation: number;
  /** `<cluster>-<machine>-g<generation>`. */
  readonly vmName: string;
  /** Static address of this generation; absent with DHCP. */
  readonly currentAddress?: string;
  /** The definition that the running VM was made from. */
  readonly applied: Readonly<Record<string, string>>;
  /** Fields in which `definition` differs from `applied`; empty when the machine is up to date. */
  readonly staleFields: readonly string[];
}

export interface NodePoolGenerationsOutputs {
  /**
   * By machine. One that the pool has no more is kept: its VM goes later than the record is written, or stays where its
   * removal is refused.
   */
  readonly generations: Readonly<Record<string, MachineGeneration>>;
}

/* ---- slipway:index:Host: facts and preflight of one host ---- */

export interface HostInputs extends MachineRef {
  readonly requirements: HostRequirements;
}
export interface HostOutputs {
  readonly address: string;
  /** Fingerprint that was checked, `SHA256:…`. */
  readonly hostKey: string;
  readonly facts: HostFacts;
}

/* ---- slipway:index:Engine: Docker engine, installed and configured ---- */

export interface EngineInputs extends MachineRef {
  /** Prefix of the version that must run (`20.10`). */
  readonly version: string;
  readonly source: "distribution" | "docker" | "preinstalled";
  readonly repository?: string;
  /** Content of `/etc/docker/daemon.json`. */
  readonly daemon: Readonly<Record<string, unknown>>;
  /** PEM of the authority that the engine trusts for a registry, by `host:port`. */
  readonly authorities?: Readonly<Record<string, string>>;
}
export interface EngineOutputs {
  /** Full version that runs (`20.10.24+dfsg1`). */
  readonly installedVersion: string;
}

/* ---- slipway:index:SwarmCluster: the Swarm itself ---- */

export interface SwarmClusterInputs {
  readonly addressPool: readonly string[];
  readonly subnetSize: number;
  readonly dataPathPort: number;
  readonly autolock: boolean;
}
export interface SwarmClusterOutputs {
  readonly clusterId: string;
  /** Secret; only with autolock. */
  readonly unlockKey?: string;
}

/* ---- slipway:index:SwarmNode: membership of one host ---- */

export interface SwarmNodeInputs extends MachineRef {
  readonly clusterId: string;
  readonly role: "manager" | "worker";
  readonly labels: Readonly<Record<string, string>>;
  readonly availability: "active" | "pause" | "drain";
  /** Named volumes on this machine may be destroyed with it. */
  readonly ephemeralVolumes: boolean;
}
export interface SwarmNodeOutputs {
  readonly nodeId: string;
  readonly hostname: string;
  readonly address: string;
}

/* ---- slipway:index:DockerApiAuthority and DockerApi: mutual TLS on the managers' Docker API ---- */

export interface DockerApiAuthorityInputs {
  readonly commonName: string;
  readonly validityDays: number;
}
export interface DockerApiAuthorityOutputs {
  readonly caCertificate: string;
  /** Secret. */
  readonly caKey: string;
  readonly clientCertificate: string;
  /** Secret: the credential that application deployments get, never the cluster's SSH key. */
  readonly clientKey: string;
  /** ISO 8601. */
  readonly expires: string;
}

/* ---- slipway:index:RegistryIdentity: who a cluster's registry is ---- */

export interface RegistryIdentityInputs {
  /** Of the authority. */
  readonly commonName: string;
  /** DNS name or IPv4 address that the registry's certificate is for. */
  readonly address: string;
  readonly validityDays: number;
}
export interface RegistryIdentityOutputs {
  /** PEM: what nodes trust. */
  readonly caCertificate: string;
  /** Secret. */
  readonly caKey: string;
  /** PEM: what the registry shows. */
  readonly certificate: string;
  /** Secret. */
  readonly key: string;
  /** ISO 8601: end of the certificate. */
  readonly expires: string;
  /** Secret, and the same for ever: what the registry's other secrets are derived from. */
  readonly seed: string;
}

export interface DockerApiInputs extends MachineRef {
  readonly caCertificate: string;
  /** Secret. */
  readonly caKey: string;
  readonly validityDays: number;
}
export interface DockerApiOutputs {
  /** `tcp://10.1.2.3:2376`. */
  readonly endpoint: string;
  readonly expires: string;
}

/* ---- slipway:index:SwarmNetwork, SwarmConfig, SwarmSecret, SwarmService, SwarmJob: an application's objects on a Swarm ---- */

export interface SwarmNetworkInputs {
  /** Name in the Swarm. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  /** Containers outside of Swarm services may join. */
  readonly attachable: boolean;
  /** Without a way out of the network. */
  readonly internal: boolean;
  readonly ipam?: {
    readonly driver?: string;
    readonly pools: readonly {
      readonly subnet?: string;
      readonly gateway?: string;
      readonly ipRange?: string;
    }[];
  };
}
export interface SwarmNetworkOutputs {
  readonly networkId: string;
}

/** A config or a secret of a Swarm: immutable, so its name must tell its content. */
export interface SwarmFileInputs {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Base64; of a secret it is a Pulumi secret. */
  readonly data: string;
  /** Driver that fills in the placeholders of a task (`golang`). */
  readonly templateDriver?: string;
}
export interface SwarmFileOutputs {
  readonly fileId: string;
}

/** Specification of a service as the Docker Engine API has it (`ServiceSpec`, API 1.41), without its name. */
export type SwarmServiceSpec = Readonly<Record<string, unknown>>;

export interface SwarmServiceInputs {
  readonly name: string;
  readonly spec: SwarmServiceSpec;
  /** What a rollout that fails does with this service: back to what ran before, or stop where it is. */
  readonly onFailure: "rollback" | "pause";
  /** How long a rollout may go without progress, seconds. */
  readonly progressDeadlineSeconds: number;
  /**
   * How long it may take until those who ask the managers where tasks are, as the ingress does, know of a new service or
   * of changed labels, seconds. The rollout ends no sooner after that. Default 0.
   */
  readonly discoverySeconds?: number;
}
export interface SwarmServiceOutputs {
  readonly serviceId: string;
  /** The specification as the Swarm had it after the last change of ours: what drift is measured against. */
  readonly applied: SwarmServiceSpec;
}

export interface SwarmJobInputs {
  readonly name: string;
  readonly spec: SwarmServiceSpec;
  /** How long the job may take, image pull included, seconds. */
  readonly timeoutSeconds: number;
  /** Runs again when this changes, even where the specification does not. */
  readonly run: string;
}
export interface SwarmJobOutputs {
  readonly serviceId: string;
  /** When the last run ended, ISO 8601. */
  readonly completed: string;
}
