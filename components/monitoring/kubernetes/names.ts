/** Namespace of everything that monitoring has on the cluster. */
export const namespace = "slipway-monitoring";

/** Names of the parts: of their objects, of their pods in their labels, and of their Services. */
export const parts = {
  prometheus: "prometheus",
  alertmanager: "alertmanager",
  nodeExporter: "node-exporter",
  blackboxExporter: "blackbox-exporter",
  jsonExporter: "json-exporter",
} as const;

/** Annotation of an Ingress whose hosts are asked from outside: the path that is asked for. */
export const probePathAnnotation = "slipway.probe.path";
