import path from "node:path";

/** Ports of the programs, in their containers. */
export const ports = {
  prometheus: 9090,
  alertmanager: 9093,
  nodeExporter: 9100,
  cadvisor: 8080,
  blackboxExporter: 9115,
  jsonExporter: 7979,
} as const;

/** TCP port of the nodes at which engines tell their metrics, where a Swarm is monitored. */
export const enginePort = 9323;

/** Jobs of Prometheus: the label `job` of what they bring. */
export const jobs = {
  prometheus: "prometheus",
  alertmanager: "alertmanager",
  node: "node",
  cadvisor: "cadvisor",
  engine: "engine",
  kubelet: "kubelet",
  apiServer: "apiserver",
  state: "state",
  ingress: "ingress",
  applications: "applications",
  probes: "probes",
  blackbox: "blackbox",
  /** The registry, asked from outside as nodes do. */
  registry: "registry",
  logCollector: "log-collector",
  logGateway: "log-gateway",
  logStore: "log-store",
  /** What its processes tell of themselves. */
  registryMetrics: "registry-metrics",
} as const;

/** Where files are in the containers. */
export const paths = {
  prometheus: "/etc/prometheus/prometheus.yml",
  /** Folder. */
  rules: "/etc/prometheus/rules",
  data: "/prometheus",
  alertmanager: "/etc/alertmanager/alertmanager.yml",
  alertmanagerData: "/alertmanager",
  blackbox: "/etc/blackbox/blackbox.yml",
  json: "/etc/json-exporter/config.yml",
  /** File with the password of the site's Prometheus. */
  password: "/run/secrets/prometheus.password",
  /** Authorities of the site, for who asks others than the cluster. */
  authorities: "/etc/slipway/authorities/site.pem",
} as const;

/** Has a Go program trust the site's authorities besides those that its image has. */
export const trustOfSite = {
  name: "SSL_CERT_DIR",
  value: path.posix.dirname(paths.authorities),
} as const;

/** Folder on every machine whose `*.prom` files node-exporter shows: what was done there, and when. */
export const textfileFolder = "/var/lib/slipway/metrics";

/** Owner of all that is the cluster's, and of applications that name none. */
export const platformOwner = "platform";
