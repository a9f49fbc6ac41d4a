/**
 * The shape of an application stack, after reading, interpolating and normalising its Compose file: one way to say
 * each thing, units in the names, defaults filled in. Plain data, as all of `components/spec`.
 */

export interface StackSpec {
  /** Environment version (`x-slipway.version`). */
  readonly version?: string;
  readonly services: Readonly<Record<string, ServiceSpec>>;
  /** Networks by their name in the file; with `default` where a service names none. */
  readonly networks: Readonly<Record<string, StackNetworkSpec>>;
}

export interface ServiceSpec {
  readonly image: string;
  /** Arguments that replace the image's command; absent: the image's own. */
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly PortSpec[];
  /** Names under `networks`. */
  readonly networks: readonly string[];
  readonly mode: "replicated" | "global";
  /** Number of tasks; with `mode: global` as many as there are fitting nodes, and no number here. */
  readonly replicas?: number;
  readonly healthcheck?: HealthcheckSpec;
  /** Time between SIGTERM and SIGKILL. Absent: the engine's 10 s. */
  readonly stopGracePeriodNs?: number;
  /** `node.role == worker`. */
  readonly placementConstraints: readonly string[];
  /** Most tasks of the service on one node. Absent: no limit. */
  readonly maxReplicasPerNode?: number;
  /** Labels of the service (`deploy.labels`). */
  readonly labels: Readonly<Record<string, string>>;
  /** `vip` needs IPVS in every node's kernel; `dnsrr` answers with the tasks' own addresses. */
  readonly endpointMode: "vip" | "dnsrr";
  readonly updateConfig: UpdateConfigSpec;
  readonly resources: {
    readonly limits?: ResourceAmounts;
    readonly reservations?: ResourceAmounts;
  };
}

export interface PortSpec {
  /** Port in the container. */
  readonly target: number;
  /** Port on the node, or on every node with `mode: ingress`. */
  readonly published: number;
  readonly protocol: "tcp" | "udp";
  /** `ingress` goes through the routing mesh, which needs IPVS; `host` is the node's own port. */
  readonly mode: "ingress" | "host";
}

export interface HealthcheckSpec {
  /** First word `CMD`, `CMD-SHELL` or `NONE`. */
  readonly test: readonly string[];
  readonly intervalNs?: number;
  readonly timeoutNs?: number;
  readonly startPeriodNs?: number;
  readonly retries?: number;
}

export interface UpdateConfigSpec {
  /** Tasks replaced at once; 0 is all. Default 1. */
  readonly parallelism: number;
  /** Time between batches. Default 0. */
  readonly delayNs: number;
  readonly order: "stop-first" | "start-first";
  readonly failureAction: "pause" | "continue" | "rollback";
}

export interface ResourceAmounts {
  /** CPUs, as a fraction where less than one. */
  readonly cpus?: number;
  readonly memoryBytes?: number;
}

export interface StackNetworkSpec {
  readonly driver: "overlay";
  readonly encrypted: boolean;
  /** The network exists already and is not managed here. */
  readonly external: boolean;
  /** Name in the engine where the file gives one. */
  readonly name?: string;
}
