import { jobs } from "../../../components/monitoring/names";
import { free, freeMemory, writable } from "../../../components/monitoring/rules/nodes";
import type { PlotName } from "../facts";

const idle = `rate(node_cpu_seconds_total{job="${jobs.node}",mode="idle"}[5m])`;
const requests = (labels = "") =>
  `sum(rate(traefik_service_requests_total{job="${jobs.ingress}"${labels}}[5m]))`;

/** What the nodes use now, and how long the certificates last that probes see. */
export const nowQueries = {
  cpu: `1 - avg by (node) (${idle})`,
  memory: `max by (node) (1 - ${freeMemory})`,
  // The fullest of each.
  disk: `topk by (node) (1, max by (node, mountpoint) ((1 - ${free}) and (${writable})))`,
  certificates: "min by (instance) (probe_ssl_earliest_cert_expiry)",
} as const;

/** What is plotted of a cluster; requests as its ingress has answered them. */
export const plotQueries: Readonly<Record<PlotName, string>> = {
  cpu: `1 - avg(${idle})`,
  memory: `1 - sum(node_memory_MemAvailable_bytes{job="${jobs.node}"}) / sum(node_memory_MemTotal_bytes{job="${jobs.node}"})`,
  requests: requests(),
  // Without any error there is no series of errors, and the share is nought, where there are requests.
  errors: `(${requests(',code=~"5.."')} or ${requests()} * 0) / (${requests()} > 0)`,
  latency: `histogram_quantile(0.99, sum by (le) (rate(traefik_service_request_duration_seconds_bucket{job="${jobs.ingress}"}[5m])))`,
};

/** What the plots show: six hours, a point every five minutes. */
export const plotSpan = { seconds: 6 * 3600, stepSeconds: 300 } as const;
