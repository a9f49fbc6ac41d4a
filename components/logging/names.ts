/** Namespace of everything that logging has on a Swarm, as `docker stack ls` shows it. */
export const namespace = "slipway_logging";

/** Network of the store and of all who ask it. Nothing of it is published. */
export const network = namespace;

/** Name by which the store is asked, on the Swarm's network and in the namespace on Kubernetes: its certificate has it. */
export const storeHost = "logging-store";

/** Ports of the programs, in their containers. */
export const ports = {
  store: 9200,
  dashboards: 5601,
  /** The collector's own metrics. */
  collectorMetrics: 8888,
  /** Whether the collector is well. */
  collectorHealth: 13133,
} as const;

/** Where the store answers. */
export const storeUrl = `https://${storeHost}:${ports.store}`;

/** Accounts of the store. `dashboards` is the name that OpenSearch's own roles know it by. */
export const users = {
  /** May do anything; by it the store is told what to do with lines. */
  admin: "slipway-admin",
  /** May add lines to this cluster's, and nothing else. */
  collector: "slipway-collector",
  /** May count and remove whole days of them. */
  keeper: "slipway-keeper",
  /** May read them. */
  reader: "slipway-reader",
  /** What Dashboards keeps of its own. */
  dashboards: "kibanaserver",
} as const;

export type User = keyof typeof users;

/** Folder on every node with the collector's positions, and what waits there for the store. */
export const stateFolder = "/var/lib/slipway/logging";
