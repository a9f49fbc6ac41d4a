import type { KubernetesRoutes } from "../../ingress/kubernetes/routes";
import type { RegistryCredential, RolloutLimits } from "../../../provider/sdk";
import type { PinnedImage } from "../digests";
import type { ComposeService, PodSecurity } from "../../spec";
import type { Plan } from "../plan";

export type Labels = Readonly<Record<string, string>>;

/** A Kubernetes object as the API server gets it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly [field: string]: unknown;
}

export interface ObjectMetadata {
  readonly name: string;
  /** Absent for a namespace, which is in none. */
  readonly namespace?: string;
  readonly labels: Labels;
  readonly annotations?: Labels;
}

/** An object with its place in the order. */
export interface PlannedObject {
  /** `Deployment/web`: the same as long as it is the same thing, whatever its content. */
  readonly key: string;
  readonly object: KubernetesObject;
  /** Keys of objects that stand before this one is made or changed. */
  readonly after: readonly string[];
  /** Its data is to be treated as secret. */
  readonly isSecret?: true;
  /** It has data, or has what has: it stays on the cluster when the application goes. */
  readonly isKept?: true;
  /** It has pods: its rollout is waited for, and has failed when these are over. */
  readonly rollout?: RolloutLimits;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** A node pool of the cluster, as far as placement goes. */
export interface Pool {
  readonly name: string;
  readonly role: "controlPlane" | "worker";
  readonly labels: Labels;
  readonly taints: readonly Taint[];
}

/** Who reads the metrics of pods. */
export interface MonitoringFacts {
  /** Namespace of Prometheus' pod, and its labels. */
  readonly namespace: string;
  readonly podLabels: Labels;
}

export interface KubernetesArgs {
  /** The application's name: its namespace is called so, with dashes for underscores. */
  readonly application: string;
  readonly plan: Plan;
  /** `<project>/<stack>` that deploys. */
  readonly owner: string;
  /** Secret that names of secrets are salted with. */
  readonly salt: string;
  /** Credentials for pulling images, by the registry's host. */
  readonly registries: Readonly<Record<string, RegistryCredential>>;
  readonly pools: readonly Pool[];
  /** Absent where the cluster has none. */
  readonly ingress?: KubernetesRoutes;
  /** Absent where the cluster has none. */
  readonly monitoring?: MonitoringFacts;
  /** The cluster gives addresses to Services of type LoadBalancer. Default false. */
  readonly hasLoadBalancer?: boolean;
  /** Ports that Services of type NodePort may have. Default 30000 to 32767. */
  readonly nodePorts?: { readonly first: number; readonly last: number };
}

/** A service of the file, with what its objects are made from. */
export interface ServiceContext {
  readonly args: KubernetesArgs;
  readonly namespace: string;
  readonly level: PodSecurity;
  /** In the file. */
  readonly key: string;
  /** On the cluster: of its workload, its Service and its container. */
  readonly name: string;
  readonly service: ComposeService;
  readonly image: PinnedImage;
  readonly files: FileNames;
  /** Name of the Secret with registry credentials; absent where there are none. */
  readonly pullSecret?: string;
}

/** Names on the cluster of ConfigMaps and Secrets, by key in the file. */
export interface FileNames {
  readonly configs: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
}
