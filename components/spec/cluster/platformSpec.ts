/** The `platform` section of `cluster.yml`, after parsing and defaulting. */
import type { LoggingSpec } from "./loggingSpec";
import type { MonitoringSpec } from "./monitoringSpec";
import type { CaCertificate } from "./types";

/** What the cluster offers to applications beside machines and orchestrator. */
export interface PlatformSpec {
  /** Registry prefix under which the site mirrors the images of the platform services. Default: their own registries. */
  readonly mirror?: string;
  readonly ingress?: IngressSpec;
  readonly monitoring?: MonitoringSpec;
  readonly logging?: LoggingSpec;
  readonly registry?: RegistrySpec;
}

export interface SwarmPlatformSpec extends PlatformSpec {
  readonly ingress?: SwarmIngressSpec;
  readonly scheduler?: SchedulerSpec;
}

/** What starts the jobs of applications at their times: swarm-cronjob. */
export interface SchedulerSpec {
  /** Time zone of the jobs' times, by its name in the IANA database. Default UTC. */
  readonly timeZone: string;
  /** Full name of swarm-cronjob's image, in the place of the pinned one. */
  readonly image?: string;
  /** Full name of HAProxy's image, in the place of the pinned one. */
  readonly apiFilterImage?: string;
}

export interface KubernetesPlatformSpec extends PlatformSpec {
  readonly ingress?: KubernetesIngressSpec;
}

/** The way in to applications: Traefik on ports of nodes, or one that the site has already. */
export interface IngressSpec {
  /** Port of the nodes for requests without TLS. Default 80. */
  readonly httpPort: number;
  /** Port of the nodes for requests with TLS. Default 443. */
  readonly httpsPort: number;
  /** Port of the nodes for `/ready` and `/metrics`. Default 8082. */
  readonly statusPort: number;
  /** Placement constraints as Compose has them. Default: workers, where there are some. */
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
}

export interface SwarmIngressSpec extends IngressSpec {
  /** Full name of HAProxy's image, in the place of the pinned one. */
  readonly apiFilterImage?: string;
  /** A Traefik of the site; the other settings then have no effect. */
  readonly external?: SwarmExternalIngressSpec;
}

export interface KubernetesIngressSpec extends IngressSpec {
  /** An ingress controller of the site; the other settings then have no effect. */
  readonly external?: KubernetesExternalIngressSpec;
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
export interface SwarmExternalIngressSpec {
  readonly network: string;
  readonly httpsEntryPoint: string;
  readonly httpEntryPoint?: string;
  /** With their provider (`retry@file`). */
  readonly middlewares: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** An ingress controller, of whatever make, that the site runs on this cluster. */
export interface KubernetesExternalIngressSpec {
  /** Name of its IngressClass. */
  readonly ingressClass: string;
  /** What the controller wants to see on every Ingress. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Where the cluster's images are: the CNCF distribution registry, or one that the site has already. */
export interface RegistrySpec {
  /** DNS name or IPv4 address in image names and in the certificate. Present unless `external` is. */
  readonly address?: string;
  /** Port of the node for pulls. Default 5000. */
  readonly pullPort: number;
  /** Port of the node for pushes. Default 5001. */
  readonly pushPort: number;
  /** Present unless `external` is. */
  readonly storage?: RegistryStorageSpec;
  /** Placement constraints as Compose has them, for storage on S3. Default: workers, where there are some. */
  readonly placement: readonly string[];
  /** By name; passwords are Pulumi secrets. */
  readonly accounts: Readonly<Record<string, RegistryAccountSpec>>;
  readonly cache?: RegistryCacheSpec;
  readonly garbageCollection: GarbageCollectionSpec;
  readonly retention: readonly RetentionRuleSpec[];
  /** Full name of the registry's image, in the place of the pinned one. */
  readonly image?: string;
  /** A registry of the site; the other settings then have no effect. */
  readonly external?: ExternalRegistrySpec;
}

/** Exactly one of the two is present. */
export interface RegistryStorageSpec {
  readonly volume?: RegistryVolumeSpec;
  readonly s3?: RegistryS3Spec;
}

export interface RegistryVolumeSpec {
  /** Default `slipway-registry`. */
  readonly name: string;
  /** Machine that the volume is on. Always present in a Swarm. */
  readonly node?: string;
  readonly sizeGiB: number;
  /** Kubernetes only. Default: the cluster's. */
  readonly storageClass?: string;
}

export interface RegistryS3Spec {
  readonly endpoint: string;
  readonly bucket: string;
  /** Default `us-east-1`. */
  readonly region: string;
  /** Folder in the bucket. */
  readonly prefix?: string;
}

export interface RegistryAccountSpec {
  /** Default `pull`. */
  readonly role: "pull" | "push";
}

/** A pull-through cache. */
export interface RegistryCacheSpec {
  /** Port of the node. Default 5002. */
  readonly port: number;
  /** Default Docker Hub. */
  readonly upstream: string;
  /** User at the upstream. */
  readonly user?: string;
  /** Default 20. */
  readonly sizeGiB: number;
}

export interface GarbageCollectionSpec {
  /** `HH:MM`, UTC. Default 03:00. */
  readonly time: string;
  /** Default: every day. */
  readonly days?: readonly WeekDay[];
}

export type WeekDay =
  "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

/** Images that `slipway registry prune` may remove. */
export interface RetentionRuleSpec {
  /** Pattern; default `**`. */
  readonly repositories: string;
  /** Pattern. */
  readonly tags: string;
  /** Age with its unit: `30d`. */
  readonly olderThan: string;
  /** Newest images of the rule that stay in each repository. Default 3. */
  readonly keepLast: number;
}

/** A registry that the site runs. */
export interface ExternalRegistrySpec {
  readonly url: string;
  /** Its password is a Pulumi secret. */
  readonly user: string;
}
