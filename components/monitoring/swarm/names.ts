/** Namespace of everything that monitoring has on the Swarm, as `docker stack ls` shows it. */
export const namespace = "slipway_monitoring";

/**
 * Networks: on which Prometheus reads the metrics of applications; for its own parts; and for questions to the Swarm.
 * Applications are on the first one only: what they could reach there is Prometheus, and not Alertmanager.
 */
export const networks = {
  applications: namespace,
  parts: `${namespace}_parts`,
  api: `${namespace}_api`,
} as const;

export const services = {
  api: `${namespace}_api`,
  prometheus: `${namespace}_prometheus`,
  alertmanager: `${namespace}_alertmanager`,
  nodeExporter: `${namespace}_node-exporter`,
  cadvisor: `${namespace}_cadvisor`,
  blackboxExporter: `${namespace}_blackbox-exporter`,
  jsonExporter: `${namespace}_json-exporter`,
} as const;

/** Names by which the parts ask each other. */
export const hosts = {
  prometheus: "prometheus",
  alertmanager: "alertmanager",
  blackboxExporter: "blackbox-exporter",
  jsonExporter: "json-exporter",
} as const;

/** Volumes, by what is in them. Their data stays when the services go. */
export const volumes = {
  prometheus: `${namespace}_prometheus`,
  alertmanager: `${namespace}_alertmanager`,
} as const;
