/** What Prometheus has, by orchestrator: names of metrics, each with the labels that it can have. */
import { parse } from "yaml";
import { ruleGroups } from "../../../components/monitoring/rules";
import { kubernetesScrapes } from "../../../components/monitoring/scrape/kubernetes";
import type { Scrape } from "../../../components/monitoring/scrape/scrape";
import { swarmScrapes } from "../../../components/monitoring/scrape/swarm";
import { kubernetesStateConfiguration } from "../../../components/monitoring/state/kubernetes";
import { swarmStateConfiguration } from "../../../components/monitoring/state/swarm";
import type { Orchestrator } from "../../../components/spec";
import { recorded } from "../../support/logging/metrics";

type Known = ReadonlyMap<string, readonly string[]>;

/** By job: metrics that its programs have, by their own documentation or a record of them, with their own labels. */
const ofPrograms: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  node: {
    node_boot_time_seconds: [],
    node_cpu_seconds_total: ["cpu", "mode"],
    node_disk_io_time_seconds_total: ["device"],
    node_disk_read_bytes_total: ["device"],
    node_disk_written_bytes_total: ["device"],
    node_filefd_allocated: [],
    node_filefd_maximum: [],
    node_filesystem_avail_bytes: ["device", "fstype", "mountpoint"],
    node_filesystem_files: ["device", "fstype", "mountpoint"],
    node_filesystem_files_free: ["device", "fstype", "mountpoint"],
    node_filesystem_size_bytes: ["device", "fstype", "mountpoint"],
    node_load1: [],
    node_load5: [],
    node_load15: [],
    node_memory_MemAvailable_bytes: [],
    node_memory_MemFree_bytes: [],
    node_memory_MemTotal_bytes: [],
    node_pressure_cpu_waiting_seconds_total: [],
    node_pressure_io_waiting_seconds_total: [],
    node_pressure_memory_waiting_seconds_total: [],
    node_time_seconds: [],
    node_uname_info: ["nodename", "release", "machine", "version"],
    node_vmstat_oom_kill: [],
  },
  cadvisor: {
    container_cpu_usage_seconds_total: ["id", "name", "image", "cpu"],
    container_memory_working_set_bytes: ["id", "name", "image"],
    container_network_receive_bytes_total: ["id", "name", "image", "interface"],
    container_network_transmit_bytes_total: ["id", "name", "image", "interface"],
    container_oom_events_total: ["id", "name", "image"],
  },
  engine: { engine_daemon_container_states_containers: ["state"] },
  kubelet: {
    kubelet_running_pods: [],
    kubelet_volume_stats_available_bytes: ["namespace", "persistentvolumeclaim"],
    kubelet_volume_stats_capacity_bytes: ["namespace", "persistentvolumeclaim"],
  },
  "log-collector": recorded("collector"),
  "log-gateway": recorded("gateway"),
  prometheus: { prometheus_tsdb_head_series: [], prometheus_tsdb_storage_blocks_bytes: [] },
  alertmanager: {
    alertmanager_notifications_total: ["integration", "receiver_name"],
    alertmanager_notifications_failed_total: ["integration", "receiver_name", "reason"],
  },
  ingress: {
    traefik_service_requests_total: ["code", "method", "protocol", "service"],
    traefik_service_request_duration_seconds_bucket: [
      "code",
      "method",
      "protocol",
      "service",
      "le",
    ],
  },
  probes: {
    probe_success: [],
    probe_duration_seconds: [],
    probe_ssl_earliest_cert_expiry: [],
  },
  "registry-metrics": {
    process_cpu_seconds_total: [],
    process_resident_memory_bytes: [],
    registry_http_in_flight_requests: ["handler"],
    registry_http_request_duration_seconds_bucket: ["handler", "method", "le"],
    registry_http_requests_total: ["handler", "method", "code"],
    registry_http_response_size_bytes_sum: ["handler"],
    registry_proxy_hits_total: ["type"],
    registry_proxy_misses_total: ["type"],
    registry_storage_action_seconds_bucket: ["action", "driver", "le"],
  },
};

/** Jobs whose programs are the same as another's. */
const alike: Readonly<Record<string, string>> = {
  registry: "probes",
  "docker-api": "probes",
  "log-store": "probes",
};

/** Labels that rules leave, beside those of what they are made of. */
const ofRecords: Readonly<Record<string, readonly string[]>> = {
  "slipway:service_owner:info": ["application", "service", "owner"],
  "slipway:service_missing_tasks:count": ["application", "service"],
  "slipway:release:start_timestamp_seconds": ["application", "version"],
  "slipway:error_budget:ratio": ["application"],
};

const alertLabels = [
  "alertname",
  "alertstate",
  "severity",
  "owner",
  "application",
  "service",
  "node",
  "instance",
];

export interface Metrics {
  readonly labels: Known;
  /** Values that the label `job` can have. */
  readonly jobs: ReadonlySet<string>;
  /** Jobs that bring a metric; none for what rules make. */
  readonly jobsOf: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What the Prometheus of a cluster that has everything knows. */
export function metricsOf(orchestrator: Orchestrator): Metrics {
  const common = {
    registry: "https://registry.test/v2/",
    ownRegistry: true,
    logging: { store: true, gateway: true },
    through: undefined,
    alerts: true,
  };
  const scrapes =
    orchestrator === "swarm"
      ? swarmScrapes({ ...common, ingressStatusPort: 8082 })
      : kubernetesScrapes({ ...common, ingress: true });
  const labels = new Map<string, readonly string[]>();
  const jobs = new Set<string>();
  const jobsOf = new Map<string, Set<string>>();
  const brings = (job: string, metric: string) => {
    jobsOf.set(metric, (jobsOf.get(metric) ?? new Set()).add(job));
  };
  const add = (metric: string, more: readonly string[]) => {
    labels.set(metric, [...new Set([...(labels.get(metric) ?? []), ...more])]);
  };
  for (const scrape of scrapes) {
    const job = jobOf(scrape);
    jobs.add(job);
    const own = ["job", "instance", ...targetsOf(scrape)];
    add("up", own);
    brings(job, "up");
    const metrics = ofPrograms[job] ?? ofPrograms[alike[job] ?? ""] ?? {};
    for (const [metric, more] of Object.entries(metrics)) {
      if (isDropped(scrape, metric)) continue;
      add(metric, [...own, ...more.filter((label) => !isDroppedLabel(scrape, label))]);
      brings(job, metric);
    }
  }
  const state =
    orchestrator === "swarm" ? swarmStateConfiguration() : kubernetesStateConfiguration();
  const { modules } = parse(state) as {
    modules: Record<
      string,
      { metrics: readonly { name: string; labels: object; values: object }[] }
    >;
  };
  for (const { metrics } of Object.values(modules))
    for (const { name, labels: more, values } of metrics)
      for (const value of Object.keys(values)) {
        brings("state", `${name}_${value}`);
        add(`${name}_${value}`, [
          "job",
          "instance",
          // The tag of an image becomes one.
          ...Object.keys(more).map((label) => (label === "image" ? "version" : label)),
        ]);
      }
  const records = ruleGroups({ orchestrator, disabled: [], runbooks: "" })
    .flatMap(({ rules }) => rules)
    .flatMap((rule) => ("record" in rule ? [rule.record] : []));
  for (const record of records) add(record, ofRecords[record] ?? ["application", "percentile"]);
  add("ALERTS", alertLabels);
  return { labels, jobs, jobsOf };
}

function jobOf({ job_name: name, relabel_configs: relabels = [] }: Scrape): string {
  const last = relabels.findLast(({ target_label: label }) => label === "job");
  return last?.replacement ?? name;
}

/** Whether relabelling drops a metric by its name. */
function isDropped({ metric_relabel_configs: relabels = [] }: Scrape, metric: string): boolean {
  return relabels.some(
    ({ action, source_labels: from = [], regex = "" }) =>
      action === "drop" && from.join() === "__name__" && new RegExp(`^(?:${regex})$`).test(metric),
  );
}

/** Whether relabelling drops a label. */
function isDroppedLabel({ metric_relabel_configs: relabels = [] }: Scrape, label: string): boolean {
  return relabels.some(
    ({ action, regex = "" }) => action === "labeldrop" && new RegExp(`^(?:${regex})$`).test(label),
  );
}

/** Labels that relabelling makes. */
function targetsOf({ relabel_configs: ofTargets = [], metric_relabel_configs = [] }: Scrape) {
  return [...ofTargets, ...metric_relabel_configs].flatMap(({ target_label: label }) =>
    label === undefined || label.startsWith("__") ? [] : [label],
  );
}
