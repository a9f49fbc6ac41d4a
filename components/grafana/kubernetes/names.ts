/** Namespace of everything that Grafana has on the cluster. */
export const namespace = "slipway-grafana";

/** Name of its objects, and of its pods in their labels. */
export const grafana = "grafana";
