/** Namespace of everything that logging has on a Swarm, as `docker stack ls` shows it. */
export const namespace = "slipway_logging";

/** Network of the store and of all who ask it. Nothing of it is published. */
export const network = namespace;

/**
 * Names on the Swarm's network and in the namespace on Kubernetes: `store` is what collectors ask, which is the gateway
 * before OpenSearch; `node` is OpenSearch itself. The certificate is for both.
 */
export const hosts = { store: "logging-store", node: "logging-opensearch" } as const;

/** Ports of the programs, in their containers. */
export const ports = { store: 9200, dashboards: 5601 } as const;

/** The store as its certificate names it. */
export const storeUrl = `https://${hosts.store}:${ports.store}`;

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
