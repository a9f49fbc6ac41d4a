import type { SizedNode } from "../../preflight/room";
import type { Labels, Taint } from "../types";

/** What a cluster is and runs now, as far as an application's preflight asks for it. */
export interface KubernetesFacts {
  readonly nodes: readonly NodeFacts[];
  /** Pods that run, or are to. */
  readonly pods: readonly PodFacts[];
  readonly namespaces: readonly NamedFacts[];
  readonly storageClasses: readonly { readonly name: string; readonly isDefault: boolean }[];
  /** Names of the ingress classes. */
  readonly ingressClasses: readonly string[];
  readonly services: readonly ServiceFacts[];
  readonly routes: readonly RouteFacts[];
  /** What the application's namespace has. */
  readonly own: OwnFacts;
  /** Pods' use of CPU and memory can be asked for. */
  readonly hasMetrics: boolean;
}

/** A node. Its `id` is its name, its size what pods may have of it. */
export interface NodeFacts extends SizedNode {
  /** Ready, and takes pods. */
  readonly isReady: boolean;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
}

export interface PodFacts {
  readonly namespace: string;
  readonly node: string;
  /** What the pod has reserved. */
  readonly reserved: { readonly cpus: number; readonly memoryBytes: number };
  /** `80/TCP`: ports of the node. */
  readonly hostPorts: readonly string[];
}

export interface NamedFacts {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
}

export interface ServiceFacts {
  readonly namespace: string;
  readonly name: string;
  /** `30080/TCP`: ports of every node. */
  readonly nodePorts: readonly string[];
}

/** A host name and path that an Ingress leads somewhere. */
export interface RouteFacts {
  readonly namespace: string;
  /** Name of the Ingress. */
  readonly name: string;
  readonly host: string;
  readonly path: string;
}

export interface OwnFacts {
  /** Names of all. */
  readonly configMaps: readonly string[];
  readonly secrets: readonly string[];
  readonly claims: readonly ClaimFacts[];
}

export interface ClaimFacts {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly storageClass?: string;
  readonly accessModes: readonly string[];
}
