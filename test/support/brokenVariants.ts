/**
 * What breaks each rule, in the files that users write: for the lab, which stops them on a real cluster, and for tests under
 * Pulumi's own engine, which need none. Where Slipway's files can't say what a rule forbids, that is why there is no variant.
 */
import type { ParameterValues } from "../../policies/core/parameters";

export type Orchestrator = "swarm" | "kubernetes";

/** A service of a Compose file that breaks one rule and, where that goes, no other. */
export interface ServiceVariant {
  /** What is different from a careful one. */
  readonly service: object;
  /** Parameters with which the rule forbids it. */
  readonly parameters?: ParameterValues;
  readonly message: RegExp;
  /** Somebody has to be asked: what a preview without a cluster leaves undetermined. */
  readonly asks?: true;
  /** It is told of another resource than the service, or of the whole Pulumi stack. */
  readonly isElsewhere?: true;
}

/** A cluster.yml that breaks a rule. */
export interface ClusterVariant {
  readonly change: (yml: ClusterFile) => void;
  readonly parameters?: ParameterValues;
  readonly message: RegExp;
  /** It is about virtual machines: what existing hosts are not. */
  readonly isVirtual?: true;
  /** Names of environments that the settings have to know besides. */
  readonly others?: readonly string[];
}

/** What variants change in a cluster.yml. */
export interface ClusterFile {
  nodePools: Record<string, Record<string, unknown>>;
  vsphere?: Record<string, unknown>;
  engine?: Record<string, unknown>;
  swarm?: Record<string, unknown>;
  kubernetes?: Record<string, unknown>;
}

/** A service that breaks no rule. */
export const careful = {
  image: "${REGISTRY}/hello:${VERSION}",
  command: ["api"],
  user: "65534:65534",
  read_only: true,
  cap_drop: ["ALL"],
  networks: ["back"],
  stop_grace_period: "5s",
  healthcheck: {
    test: ["CMD", "/hello", "healthcheck"],
    interval: "2s",
    timeout: "2s",
    retries: 3,
  },
  deploy: {
    replicas: 2,
    endpoint_mode: "dnsrr",
    update_config: { failure_action: "rollback" },
    resources: {
      limits: { cpus: "0.25", memory: "32M" },
      reservations: { cpus: "0.05", memory: "16M" },
    },
  },
};
const { deploy } = careful;
const { limits, reservations } = deploy.resources;
const bind = (source: string) => ({ volumes: [`${source}:/host:ro`] });
const published = (port: number) => ({ ports: [{ target: 8080, published: port, mode: "host" }] });

/** The same file breaks it on both. */
const onBoth = (variant: ServiceVariant) => ({ swarm: variant, kubernetes: variant });

type ByOrchestrator<V> = Readonly<Record<Orchestrator, V | string>>;

/** By rule, a service that breaks it; or why none can. */
export const services: Readonly<Record<string, ByOrchestrator<ServiceVariant>>> = {
  "SLW-APP-001": nowhere("Slipway names every image by its digest, whatever tag the file has."),
  "SLW-APP-002": onBoth({
    service: {},
    parameters: { registries: ["registry.example.com"] },
    message: /is from none of registry\.example\.com/,
  }),
  "SLW-APP-003": onBoth({
    service: {},
    parameters: { maxMB: 1 },
    message: /has \d+ MB, more than 1 MB/,
    asks: true,
  }),
  "SLW-APP-004": onBoth({
    service: { deploy: { ...deploy, resources: { reservations } } },
    message: /has no limit of CPU and memory/,
  }),
  "SLW-APP-005": {
    swarm: {
      service: { deploy: { ...deploy, resources: { limits } } },
      message: /reserves no CPU and no memory/,
    },
    kubernetes: {
      service: { deploy: { ...deploy, resources: {} } },
      message: /reserves no CPU and no memory/,
    },
  },
  "SLW-APP-006": onBoth({
    service: { healthcheck: { disable: true } },
    message: /has nothing that tells when it is ready/,
  }),
  "SLW-APP-007": onBoth({
    service: { healthcheck: { disable: true } },
    message: /has nothing that tells when it hangs/,
  }),
  "SLW-APP-008": {
    swarm: "Services of a Swarm have no such setting, and Slipway refuses a file that asks for it.",
    kubernetes: "Slipway refuses privileged: a file has cap_add for what is needed.",
  },
  "SLW-APP-009": nowhere(
    "Slipway refuses network_mode, pid and ipc: they would give away the node.",
  ),
  "SLW-APP-010": onBoth({
    service: bind("/var/run/docker.sock"),
    message: /mounts \/var\/run\/docker\.sock/,
  }),
  "SLW-APP-011": onBoth({ service: bind("/etc"), message: /mounts \/etc of the node/ }),
  "SLW-APP-012": onBoth({ service: { user: "0:0" }, message: /runs as root/ }),
  "SLW-APP-013": onBoth({
    service: { read_only: false },
    message: /can write to its root file system/,
  }),
  "SLW-APP-014": onBoth({
    service: { cap_drop: ["NET_RAW"] },
    message: /does not drop all capabilities/,
  }),
  "SLW-APP-015": onBoth({
    service: { environment: { DB_PASSWORD: "hush" } },
    message: /variable DB_PASSWORD holds a secret, by its name/,
  }),
  "SLW-APP-016": onBoth({
    service: { command: ["api", "--token=hush"] },
    message: /command line holds a secret: --token/,
  }),
  "SLW-APP-017": onBoth({
    service: { deploy: { ...deploy, replicas: 1 } },
    parameters: { min: 2 },
    message: /has 1 task, fewer than 2/,
  }),
  "SLW-APP-018": onBoth({
    service: {
      deploy: { ...deploy, placement: { constraints: ["node.hostname == ${ONE_NODE:-node-0}"] } },
    },
    message: /nothing keeps its tasks from being all on one node/,
  }),
  "SLW-APP-019": {
    swarm: {
      service: { deploy: { ...deploy, update_config: { failure_action: "continue" } } },
      message: /an update goes on although new tasks fail/,
    },
    kubernetes: "Slipway rolls every Deployment, which stops at pods that do not get ready.",
  },
  "SLW-APP-020": onBoth({ service: published(81), message: /takes port 81\/tcp of its nodes/ }),
  "SLW-APP-021": nowhere(
    "A Compose file's variables are a mapping: the last one of a name counts.",
  ),
  "SLW-APP-022": nowhere(
    "Slipway refuses what a file refers to and neither has nor calls external, and what is external and not there.",
  ),
  "SLW-APP-023": {
    swarm: {
      service: { logging: { driver: "json-file", options: { "max-file": "3" } } },
      message: /logs \(json-file\) have no max-size/,
    },
    kubernetes: "The kubelet cares for logs, and Slipway refuses a driver of the service's own.",
  },
  "SLW-APP-024": onBoth({
    service: { stop_grace_period: "2h" },
    // On Kubernetes the time in which the ingress learns of it is added.
    message: /has 720[05] s to stop; it should be 1 to 600/,
  }),
  "SLW-APP-025": onBoth({
    service: { sysctls: { "net.core.somaxconn": "1024" } },
    message: /changes net\.core\.somaxconn/,
  }),
  "SLW-APP-026": {
    swarm: "Services of a Swarm have no such setting (API 1.41).",
    kubernetes: { service: {}, message: /allows privilege escalation/ },
  },
  "SLW-APP-027": {
    swarm: "Services of a Swarm always have the engine's own profile (API 1.41).",
    kubernetes: { service: {}, message: /runs without a seccomp profile/ },
  },
  "SLW-APP-028": {
    swarm: "Tasks of a Swarm get no credential of its API.",
    kubernetes: "Slipway gives no application a credential of the API server.",
  },
  "SLW-APP-029": {
    swarm: "A Swarm has no disruption budgets.",
    kubernetes: "Slipway makes the budget of every service with two replicas or more.",
  },
  "SLW-APP-030": {
    swarm: "A Swarm divides applications by their networks.",
    kubernetes: "Slipway makes the policies of every application from its networks.",
  },
  "SLW-CLU-004": {
    swarm: { service: {}, message: /is not encrypted/, isElsewhere: true },
    kubernetes: "What encrypts between nodes there is the pod network, which no application makes.",
  },
  "SLW-CLU-011": onBoth({
    service: { command: ["registry", "serve", "/etc/registry.yml"] },
    message: /asks nobody for an account, as far as its environment says/,
  }),
  "SLW-STK-001": onBoth({
    service: published(8081),
    message: /is reached at port 8081\/tcp of its nodes, beside the ingress/,
  }),
  "SLW-STK-003": onBoth({
    service: {
      deploy: {
        ...deploy,
        // Each fits its node, and all together need more than is left without one of them.
        replicas: 8,
        resources: { reservations, limits: { cpus: "1.5", memory: "32M" } },
      },
    },
    parameters: { cpuOvercommit: 1, memoryOvercommit: 1 },
    message: /limits add up to [\d.]+ CPUs; with one node lost there is room for/,
    isElsewhere: true,
  }),
};

const pools = (yml: ClusterFile, of: "deciding" | "workers") => {
  const found = Object.values(yml.nodePools).find(
    ({ role }) => (role === "worker") === (of === "workers"),
  );
  if (found === undefined) throw new Error(`no pool of ${of}`);
  return found;
};

/** By rule, a cluster that breaks it; or why none can. */
export const clusters: Readonly<Record<string, ByOrchestrator<ClusterVariant>>> = {
  "SLW-VM-001": sameOnBoth({
    change: () => undefined,
    parameters: { templates: ["another"] },
    message: /is a clone of [\w-]+, which is no standard template/,
    isVirtual: true,
  }),
  "SLW-VM-002": sameOnBoth({
    change: () => undefined,
    parameters: { versions: { another: "2026.11" } },
    message: /nobody knows the version of its template/,
    isVirtual: true,
  }),
  "SLW-VM-003": sameOnBoth({
    change: (yml) => Object.assign(pools(yml, "workers"), { numCpus: 40 }),
    message: /has 40 CPUs; it should be 1 to 32/,
    isVirtual: true,
  }),
  "SLW-VM-004": sameOnBoth({
    change: (yml) => {
      Object.assign(pools(yml, "deciding"), { count: 3, antiAffinity: false, replace: "rolling" });
      const apiEndpoint = { kind: "external", address: "192.0.2.9" };
      if (yml.kubernetes !== undefined) yml.kubernetes = { ...yml.kubernetes, apiEndpoint };
    },
    message: /nothing keeps it apart from the others/,
    isVirtual: true,
  }),
  "SLW-VM-005": nowhere(
    "Slipway refuses what could bring one in: a password in the URL of a proxy, a private key among certificates.",
  ),
  "SLW-VM-006": sameOnBoth({
    change: () => undefined,
    parameters: { categories: ["owner"] },
    message: /its machines have no tag of owner/,
    isVirtual: true,
  }),
  "SLW-VM-007": {
    swarm: {
      change: (yml) =>
        Object.assign(pools(yml, "workers"), { dataDiskGiB: 8, keepDataDisk: false }),
      message: /its disk \w+ is deleted with it/,
      isVirtual: true,
    },
    kubernetes: "Machines of a Kubernetes cluster have no data disk: Slipway refuses one.",
  },
  "SLW-CLU-001": nowhere("Slipway refuses an even number of managers or control planes."),
  "SLW-CLU-002": sameOnBoth({
    change: () => undefined,
    parameters: { min: 7 },
    message: /has (1 node that decides|\d nodes that decide), fewer than 7/,
  }),
  "SLW-CLU-003": {
    swarm: { change: () => undefined, message: /is not locked \(autolock: false\)/ },
    kubernetes: {
      change: (yml) => (yml.kubernetes = { ...yml.kubernetes, encryptSecrets: false }),
      message: /keeps secrets in plain text \(encryptSecrets: false\)/,
    },
  },
  "SLW-CLU-005": {
    swarm: "Slipway opens the Docker API with client certificates alone: no file adds an address.",
    kubernetes:
      "Slipway refuses an apiEndpoint that is no address of one host; whoever asks has to prove who he is.",
  },
  "SLW-CLU-006": {
    // Of what a template brings, Slipway warns alone.
    swarm: {
      change: (yml) => (yml.engine = { ...yml.engine, version: "25.0", source: "preinstalled" }),
      message: /is Docker 25\.0, which neither Docker nor a distribution mends any more/,
    },
    kubernetes: {
      change: (yml) =>
        (yml.kubernetes = { ...yml.kubernetes, version: "1.32.0", source: "preinstalled" }),
      message: /is Kubernetes 1\.32\.0; the oldest that is supported is 1\.33/,
    },
  },
  "SLW-CLU-007": {
    swarm: "Slipway's own authority decides how long certificates live: no file says it.",
    kubernetes: {
      change: (yml) => (yml.kubernetes = { ...yml.kubernetes, certificates: { days: 3650 } }),
      message: /certificates live 3650 days; it should be 7 to 398/,
    },
  },
  "SLW-CLU-008": {
    swarm: "Everything on a Swarm is made anew from files: it has no backups.",
    kubernetes: "Slipway takes snapshots on every control plane, and refuses to keep none.",
  },
  "SLW-CLU-009": {
    swarm: {
      change: (yml) => (yml.engine = { ...yml.engine, insecureRegistries: ["registry.test:5000"] }),
      message: /speaks to registry\.test:5000 without verified TLS/,
    },
    kubernetes: {
      change: (yml) =>
        (yml.kubernetes = { ...yml.kubernetes, insecureRegistries: ["registry.test:5000"] }),
      message: /speaks to registry\.test:5000 without verified TLS/,
    },
  },
  "SLW-CLU-010": sameOnBoth({
    change: () => undefined,
    message: /is not protected from deletion/,
  }),
  "SLW-STK-002": sameOnBoth({
    // The lab's folder is slipway/lab.
    change: () => undefined,
    others: ["lab"],
    message: /of test is in the folder of lab/,
    isVirtual: true,
  }),
};

/** Rules that are about what a site decides, and not about its files of clusters and applications. */
export const decided: Readonly<Record<string, string>> = {
  "SLW-STK-004": "An exemption whose day has passed breaks it.",
};

/**
 * A Compose file with a service for each variant, by the name of its rule: one preview tells of all. Where the
 * cluster is real, the variable ONE_NODE has the host name of a node.
 */
export function brokenServices(on: Orchestrator): {
  readonly file: object;
  readonly parameters: Readonly<Record<string, ParameterValues>>;
  readonly expected: readonly Expected[];
} {
  const variants = variantsOf(services, on);
  return {
    file: {
      ...(on === "kubernetes" && { "x-slipway": { podSecurity: "privileged" } }),
      services: Object.fromEntries(
        variants.map(([rule, { service }]) => [serviceName(rule), { ...careful, ...service }]),
      ),
      networks: { back: { driver: "overlay" } },
    },
    parameters: parametersOf(variants),
    expected: variants.map(([rule, { message, isElsewhere, asks }]) => ({
      rule,
      message,
      ...(isElsewhere !== true && { at: serviceName(rule) }),
      ...(asks === true && { asks }),
    })),
  };
}

/** Clusters that break rules about them; those about virtual machines are left out for existing hosts. */
export function brokenClusters(on: Orchestrator, isVirtual: boolean) {
  const variants = variantsOf(clusters, on).filter(
    ([, variant]) => isVirtual || variant.isVirtual !== true,
  );
  return {
    /** Breaks all of them, one after the other in the same file. */
    change: (yml: ClusterFile) => {
      for (const [, { change }] of variants) change(yml);
    },
    parameters: parametersOf(variants),
    others: variants.flatMap(([, { others = [] }]) => others),
    expected: variants.map(([rule, { message }]): Expected => ({ rule, message })),
  };
}

/** What a run has to say. */
export interface Expected {
  readonly rule: string;
  readonly message: RegExp;
  /** In the name of the resource that it is about. */
  readonly at?: string;
  readonly asks?: true;
}

/** A service's name: `app-004`. */
function serviceName(rule: string): string {
  return rule.toLowerCase().replace("slw-", "");
}

function variantsOf<V extends object>(
  all: Readonly<Record<string, ByOrchestrator<V>>>,
  on: Orchestrator,
): readonly (readonly [rule: string, variant: V])[] {
  return Object.entries(all).flatMap(([rule, by]) => {
    const variant = by[on];
    return typeof variant === "string" ? [] : [[rule, variant] as const];
  });
}

function parametersOf(
  variants: readonly (readonly [string, { readonly parameters?: ParameterValues }])[],
): Readonly<Record<string, ParameterValues>> {
  return Object.fromEntries(
    variants.flatMap(([rule, { parameters }]) =>
      parameters === undefined ? [] : [[rule, parameters] as const],
    ),
  );
}

function sameOnBoth(variant: ClusterVariant): ByOrchestrator<ClusterVariant> {
  return { swarm: variant, kubernetes: variant };
}

function nowhere(why: string): Readonly<Record<Orchestrator, string>> {
  return { swarm: why, kubernetes: why };
}
