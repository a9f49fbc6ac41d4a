import { haproxyImage } from "../platform/images";

/**
 * The programs of monitoring, each with its one pinned version: what a site must mirror. `mirror` goes before the name.
 * Alertmanager and two exporters are the versions that Debian 12 ships, which is what the lab's registry has; Debian's
 * Prometheus knows no Kubernetes, so that the lab builds a newer one.
 */
export const monitoringImages = {
  prometheus: "prom/prometheus:v3.15.0",
  alertmanager: "prom/alertmanager:v0.25.0",
  nodeExporter: "prom/node-exporter:v1.5.0",
  blackboxExporter: "prom/blackbox-exporter:v0.23.0",
  jsonExporter: "prometheuscommunity/json-exporter:v0.7.0",
  cadvisor: "gcr.io/cadvisor/cadvisor:v0.53.0",
  haproxy: haproxyImage,
} as const;
