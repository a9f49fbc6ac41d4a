/** Namespace of everything that logging has on the cluster. */
export const namespace = "slipway-logging";

/** Names of the parts: of their objects, and of their pods in their labels. */
export const parts = {
  collector: "collector",
  /** OpenSearch, with the gateway and the keeper in its pod. */
  store: "store",
  /** The gateway alone, before a store of the site. */
  gateway: "gateway",
  dashboards: "dashboards",
} as const;

/** Port of the gateway in its pod, where 9200 is OpenSearch's. */
export const gatewayPort = 9201;
