/**
 * The shape of `cluster.yml`, after parsing and defaulting.
 *
 * Plain data: nothing in `components/spec` knows Pulumi. The JSON schema beside this file
 * (`../cluster.schema.json`) describes the same shape to editors and to the validator, and
 * `test/unit/spec` holds the two together.
 */

/** What orchestrates containers on the cluster. */
export type Orchestrator = "swarm";

/** A whole cluster, as one `cluster.yml` describes it. */
export interface ClusterSpec {
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
  readonly engine: EngineSpec;
  readonly swarm: SwarmSpec;
  readonly platform: PlatformSpec;
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

export type NodeRole = "manager" | "worker";

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
  /** Swarm node labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Keep the pool's machines on distinct ESX hosts (a DRS rule). Default true for managers. */
  readonly antiAffinity: boolean;
  /** What to do with running machines when their definition changes; see docs/operations.md. Default `rolling`. */
  readonly replace: "rolling" | "never";
  /** Swarm availability of the pool's nodes. Default `active`. */
  readonly availability: "active" | "pause" | "drain";
  /** Volumes on the pool's machines may be thrown away when a machine is removed or replaced. Default false. */
  readonly ephemeralVolumes: boolean;
  /** Static addresses. Default: DHCP. */
  readonly network?: StaticNetworkSpec;
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

/** What the cluster offers to applications beside machines and orchestrator. */
export interface PlatformSpec {
  /** Registry prefix under which the site mirrors the images of the platform services. Default: their own registries. */
  readonly mirror?: string;
  readonly ingress?: IngressSpec;
}

/** The way in to applications: Traefik on ports of nodes, or one that the site has already. */
export interface IngressSpec {
  /** Port of the nodes for requests without TLS. Default 80. */
  readonly httpPort: number;
  /** Port of the nodes for requests with TLS. Default 443. */
  readonly httpsPort: number;
  /** Port of the nodes for `/ready` and `/metrics`. Default 8082. */
  readonly statusPort: number;
  /** Swarm placement constraints. Default: workers, where there are some. */
  readonly placement: readonly string[];
  /** Default: Traefik's own certificate, for labs. */
  readonly tls?: IngressTlsSpec;
  /** IPv4 addresses and CIDR ranges whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly accessLog: boolean;
  /** Traefik's pages on the status port, readable by everybody who reaches it. Default false. */
  readonly dashboard: boolean;
  /** Full name of Traefik's image, in the place of the pinned one. */
  readonly image?: string;
  /** Full name of HAProxy's image, in the place of the pinned one. */
  readonly apiFilterImage?: string;
  /** A Traefik of the site; the other settings then have no effect. */
  readonly external?: ExternalIngressSpec;
}

export interface IngressTlsSpec {
  /** PEM: the certificate, then those between it and a root. Its key is a Pulumi secret. */
  readonly certificate: CertificateFile;
  /** Oldest version of TLS. Default 1.2. */
  readonly minVersion: "1.2" | "1.3";
}

/** A certificate's file, read by the loader. */
export type CertificateFile = CaCertificate;

/** A Traefik with its Swarm provider that the site runs on this cluster. */
export interface ExternalIngressSpec {
  readonly network: string;
  readonly httpsEntryPoint: string;
  readonly httpEntryPoint?: string;
  /** With their provider (`retry@file`). */
  readonly middlewares: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}
