/** What a cluster is and runs now, as far as an application's preflight asks for it. */
export interface SwarmFacts {
  readonly nodes: readonly NodeFacts[];
  readonly services: readonly ServiceFacts[];
  /** Tasks that are to run. */
  readonly tasks: readonly TaskFacts[];
  readonly networks: readonly NetworkFacts[];
  readonly configs: readonly NamedFacts[];
  readonly secrets: readonly NamedFacts[];
  /** Kernel features that every node has. */
  readonly features: ClusterFeatures;
}

/** Kernel features that every node of the cluster has: IPVS for virtual IPs, ESP for encrypted overlays. */
export interface ClusterFeatures {
  readonly ipvs: boolean;
  readonly esp: boolean;
}

export interface NodeFacts {
  readonly id: string;
  readonly hostname: string;
  readonly address: string;
  readonly role: "manager" | "worker";
  /** Takes tasks: active, and heard from. */
  readonly isReady: boolean;
  readonly labels: Labels;
  readonly engineLabels: Labels;
  readonly os: string;
  /** As images name it (`amd64`). */
  readonly architecture: string;
  /** As the node's kernel names its architecture, and constraints with it (`x86_64`). */
  readonly machine: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface ServiceFacts {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  readonly ports: readonly PortFacts[];
  /** What each task has reserved. */
  readonly reserved: { readonly cpus: number; readonly memoryBytes: number };
}

export interface PortFacts {
  readonly published: number;
  readonly protocol: string;
  readonly mode: string;
}

export interface TaskFacts {
  readonly serviceId: string;
  readonly nodeId: string;
}

export interface NamedFacts {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
}

export interface NetworkFacts extends NamedFacts {
  readonly driver: string;
  readonly scope: string;
}

export type Labels = Readonly<Record<string, string>>;
