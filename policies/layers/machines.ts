/** Hosts, engines and clusters: what Slipway's own provider manages over SSH. */
import type { Resource } from "../core/resource";
import type { Certificate, Cluster, Node, Runtime, Store, Subject } from "../core/subjects";
import { textMap } from "./textMap";

const base = (resource: Resource) =>
  ({ resource, layer: "machines", called: resource.name }) as const;

export function swarmCluster(resource: Resource): Cluster {
  const { inputs } = resource;
  return {
    ...base(resource),
    kind: "cluster",
    orchestrator: "Swarm",
    isLocked: () => inputs.at("autolock").boolean(),
    apiAddress: () => undefined,
    // That of its engines.
    version: () => undefined,
    // A Swarm renews them every 90 days.
    certificateDays: () => undefined,
    hasBackups: () => undefined,
  };
}

export function kubernetesCluster(resource: Resource): Cluster {
  const { inputs } = resource;
  return {
    ...base(resource),
    kind: "cluster",
    orchestrator: "Kubernetes",
    isLocked: () => inputs.at("encryptSecrets").boolean(),
    apiAddress: () => inputs.at("apiEndpoint", "address").text(),
    version: () => inputs.at("version").text(),
    certificateDays: () => inputs.at("certificates", "days").number(),
    hasBackups: () =>
      (inputs.at("snapshots", "schedule").text() ?? "") !== "" &&
      (inputs.at("snapshots", "keep").number() ?? 0) > 0,
  };
}

export function clusterNode(resource: Resource): Node {
  return {
    ...base(resource),
    kind: "node",
    decides: () => resource.inputs.at("role").text() !== "worker",
  };
}

export function dockerEngine(resource: Resource): Runtime {
  const { inputs } = resource;
  const daemon = () => inputs.at("daemon");
  return {
    ...base(resource),
    kind: "runtime",
    program: "Docker",
    version: () => inputs.at("version").text(),
    listeners: () =>
      daemon()
        .at("hosts")
        .texts()
        .filter((address) => !/^(unix|fd|npipe):/.test(address))
        .map((address) => ({ address, isVerified: daemon().at("tlsverify").boolean() })),
    insecureRegistries: () => daemon().at("insecure-registries").texts(),
    mirrors: () => daemon().at("registry-mirrors").texts(),
    logs: () => ({
      name: daemon().at("log-driver").text(),
      options: textMap(daemon().at("log-opts")),
    }),
  };
}

export function kubernetesHost(resource: Resource): Runtime {
  const containerd = () => resource.inputs.at("containerd");
  return {
    ...base(resource),
    kind: "runtime",
    program: "containerd",
    version: () => resource.inputs.at("version").text(),
    listeners: () => [],
    insecureRegistries: () => containerd().at("insecureRegistries").texts(),
    mirrors: () =>
      containerd()
        .at("mirrors")
        .entries()
        .flatMap(([, addresses]) => addresses.texts()),
    logs: () => undefined,
  };
}

export function certificate(resource: Resource): Certificate {
  return {
    ...base(resource),
    kind: "certificate",
    validityDays: () => resource.inputs.at("validityDays").number(),
  };
}

export function registryIdentity(resource: Resource): Store {
  return store(resource, "images");
}

export function logStoreIdentity(resource: Resource): Store {
  return store(resource, "logs");
}

function store(resource: Resource, keeps: Store["keeps"]): Store {
  return {
    ...base(resource),
    kind: "store",
    keeps,
    validityDays: () => resource.inputs.at("validityDays").number(),
  };
}

/** A config or a secret on a Swarm: what services refer to. */
export function swarmFile(resource: Resource): Subject {
  return {
    kind: "other",
    resource,
    layer: "Swarm",
    object: resource.type.endsWith(":SwarmConfig") ? "config" : "secret",
    namespace: "",
    called: resource.name,
    name: () => resource.inputs.at("name").text(),
  };
}
