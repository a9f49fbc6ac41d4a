import type { Orchestrator } from "../../spec";
import { jobs } from "../names";
import type { Alert } from "./rule";

/** Disks that the store's volume may be on, where it runs. */
const disks = `job="${jobs.node}",mountpoint=~"/|/(var|opt|srv|data)(/.*)?"`;
const free = `node_filesystem_avail_bytes{${disks}} / node_filesystem_size_bytes{${disks}}`;
/** Share that is free of the disks that the lines of Slipway's own store may be on. */
export const storeDiskFree = `(${free}) and on (node) probe_success{job="${jobs.logStore}"}`;
/** Share that is free of the claim that they are on, on Kubernetes. */
export const claimFree =
  'kubelet_volume_stats_available_bytes{namespace="slipway-logging"} / kubelet_volume_stats_capacity_bytes{namespace="slipway-logging"}';

/** Share of the buffer that is used, of each node. */
export const bufferUsed = `max by (node) (otelcol_exporter_queue_size{job="${jobs.logCollector}"} / otelcol_exporter_queue_capacity{job="${jobs.logCollector}"})`;

/** Nodes of which lines were given up within ten minutes, with how many. One that the store has already is no loss. */
export const losingNodes =
  `sum by (node) (increase(otelcol_elasticsearch_docs_processed_total{job="${jobs.logCollector}",outcome!="success",http_response_status_code!~"409|429|5.."}[10m])) > 0 or ` +
  `sum by (node) (increase(otelcol_exporter_send_failed_log_records_total{job="${jobs.logCollector}"}[10m])) > 0`;

/** Of the disk. OpenSearch takes no line where 95 % are full. */
const leastFree = 0.12;

const alerts: readonly Alert[] = [
  {
    name: "LogStoreDown",
    severity: "critical",
    expr: `up{job="${jobs.logStore}"} == 0 or probe_success{job="${jobs.logStore}"} == 0`,
    for: "3m",
    summary: "The store of the cluster's logs does not answer",
    description:
      "Lines wait on the nodes, each in its buffer and then in the files of its containers, until these are rotated away. Nobody can read any.",
  },
  {
    name: "LogBufferFilling",
    severity: "warning",
    expr: `${bufferUsed} > 0.5`,
    for: "5m",
    summary: "Lines wait on {{ $labels.node }}",
    description:
      "{{ $value | humanizePercentage }} of the buffer (buffer.sizeMiB) are full: the store takes lines slower than they are written, or not at all.",
  },
  {
    name: "LogLinesDropped",
    severity: "warning",
    expr: losingNodes,
    summary: "Lines of {{ $labels.node }} are lost",
    description:
      "{{ $value | humanize }} lines within ten minutes have been given up: the store refuses them for good, or the collector could not send them. The collector's own lines say why.",
  },
];

const disk = (orchestrator: Orchestrator): Alert => ({
  name: "LogStoreDiskFilling",
  severity: "warning",
  expr:
    `((${free}) < ${leastFree} and on (node) probe_success{job="${jobs.logStore}"})` +
    (orchestrator === "kubernetes" ? ` or (${claimFree}) < ${leastFree}` : ""),
  for: "5m",
  summary: "The disk of the store of the cluster's logs is filling",
  description:
    "{{ $value | humanizePercentage }} of it are free. When 95 % are full, OpenSearch takes no line any more, and all wait on the nodes.",
});

/** Logs: that they arrive, and have room. Where a cluster has no logging, there is nothing that these are about. */
export function loggingAlerts(orchestrator: Orchestrator): readonly Alert[] {
  return [...alerts, disk(orchestrator)];
}
