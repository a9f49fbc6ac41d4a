import { collectorNeeds } from "../../logging/collector";
import type { LoggingTargets } from "../../monitoring/scrape/logging";
import { bufferUsed, claimFree, losingNodes, storeDiskFree } from "../../monitoring/rules/logging";
import type { Orchestrator } from "../../spec";
import type { Dashboard, Panel, Row } from "./dashboard";
import { allLines, lineFilters } from "./lines";
import {
  alerts,
  firing,
  number,
  of,
  perSecond,
  plot,
  query,
  releases,
  selected,
  table,
} from "./panels";

const collector = of("logCollector");
const gateway = of("logGateway");
const store = of("logStore");
const sent = "otelcol_exporter_sent_log_records_total";

/** Containers of the store, by the names that they have on a Swarm and on Kubernetes. */
const storeContainers = [
  of("cadvisor"),
  'application=~"slipway[_-]logging"',
  'service=~"(slipway_logging_)?store"',
] as const;

const ofStore: readonly Panel[] = [
  number("Store answers", `min(${selected("probe_success", store)})`, {
    description: "1 where the store answers; that it wants a password is an answer.",
    unit: "none",
    limits: { critical: 0.999 },
    lessIsWorse: true,
  }),
  number(
    "Certificate ends in",
    `min(${selected("probe_ssl_earliest_cert_expiry", store)}) - time()`,
    {
      description: "Time until the store's certificate ends.",
      unit: "s",
      limits: { warning: 21 * 86400, critical: 3 * 86400 },
      lessIsWorse: true,
    },
  ),
];

const ofGateway: Panel = number(
  "Gateway sees the store",
  `min(${selected("haproxy_backend_status", gateway, 'proxy="store"', 'state="UP"')})`,
  {
    description: "1 where the gateway that lines go through reaches the store behind it.",
    unit: "none",
    limits: { critical: 0.999 },
    lessIsWorse: true,
  },
);

const everywhere: readonly Panel[] = [
  number("Collectors", `sum(${selected("up", collector)})`, {
    description: "Collectors that run: one on each node.",
    unit: "none",
  }),
  number(
    "Last line taken",
    `time() - max(max_over_time(timestamp(${perSecond(sent, collector)} > 0)[1h:1m]))`,
    {
      description: "How long ago the store took a line, to the minute.",
      unit: "s",
      limits: { warning: 300, critical: 900 },
      mayBeEmpty: "nobody has written a line for an hour",
    },
  ),
  number("Fullest buffer", `max(${bufferUsed})`, {
    description: "Of the nodes' buffers the one with the least room: what share of it is used.",
    unit: "percentunit",
    limits: { warning: 0.5, critical: 0.9 },
  }),
  number("Nodes that lose lines", `count(${losingNodes}) or vector(0)`, {
    description: "Nodes of which lines were given up within the last ten minutes.",
    unit: "none",
    limits: { critical: 1 },
  }),
];

const firingNow: Panel = table("Alerts of logs", firing('alertname=~"Log.+"'), {
  description: "What is wrong with logs, and on which node.",
  unit: "none",
  columns: { alertname: "Alert", severity: "Severity", node: "Node" },
  mayBeEmpty: "no alert fires",
});

/** How much a counter of the collectors grows in a second, by node. */
function byNode(metric: string, ...matchers: readonly string[]): string {
  return `sum by (node) (${perSecond(metric, collector, ...matchers)})`;
}

const lines: Row = {
  title: "Lines",
  panels: [
    plot("Read", [query(byNode("otelcol_receiver_accepted_log_records_total"), "{{node}}")], {
      description: "Lines that each collector reads in a second: of containers, engine, system.",
      unit: "ops",
    }),
    plot("Sent", [query(byNode(sent), "{{node}}")], {
      description: "Lines of each node that the store has taken, or had already.",
      unit: "ops",
    }),
    plot(
      "Answers of the store",
      [
        query(
          `sum by (http_response_status_code) (${perSecond("otelcol_elasticsearch_docs_processed_total", collector)})`,
          "{{http_response_status_code}}",
        ),
      ],
      {
        description:
          "Lines by what the store said: 200 and 201 taken, 409 there already, 429 and 5xx sent again, any other 4xx lost.",
        unit: "ops",
        stacked: true,
      },
    ),
    plot(
      "Failed",
      [
        query(byNode("otelcol_exporter_send_failed_log_records_total"), "{{node}} given up"),
        query(
          byNode("otelcol_receiver_refused_log_records_total"),
          "{{node}} read once more for want of memory",
        ),
      ],
      {
        description: "Lines that a collector gave up, and those that it had no memory for yet.",
        unit: "ops",
      },
    ),
  ],
};

const latency = "otelcol_elasticsearch_bulk_requests_latency_seconds";

const buffers: Row = {
  title: "On their way",
  panels: [
    plot(
      "Buffer",
      [
        query(selected("otelcol_exporter_queue_size", collector), "{{node}}"),
        query(`min(${selected("otelcol_exporter_queue_capacity", collector)})`, "limit"),
      ],
      {
        description:
          "What waits on each node's disk for the store. At its limit (buffer.sizeMiB) reading stops, and lines wait in the files of their containers.",
        unit: "bytes",
      },
    ),
    plot(
      "Requests to the store",
      [
        query(
          `sum by (outcome) (${perSecond("otelcol_elasticsearch_bulk_requests_count_total", collector)})`,
          "{{outcome}}",
        ),
      ],
      { description: "Requests with many lines each, by how they ended.", unit: "reqps" },
    ),
    plot(
      "Time of a request",
      [query(`${byNode(`${latency}_sum`)} / (${byNode(`${latency}_count`)} > 0)`, "{{node}}")],
      { description: "Time that a request with many lines takes, on average.", unit: "s" },
    ),
    plot(
      "Sent to the store",
      [query(byNode("otelcol_elasticsearch_flushed_bytes_total"), "{{node}}")],
      { description: "What each collector sends, compressed as it is.", unit: "Bps" },
    ),
  ],
};

const collectors: Row = {
  title: "Collectors",
  panels: [
    plot("Memory", [query(selected("otelcol_process_memory_rss_bytes", collector), "{{node}}")], {
      description: `Memory of each collector, whose container has ${collectorNeeds.memory.limit} MiB.`,
      unit: "bytes",
    }),
    plot("CPU", [query(perSecond("otelcol_process_cpu_seconds_total", collector), "{{node}}")], {
      description: "CPUs that each collector uses.",
      unit: "short",
    }),
    plot("Files", [query(selected("otelcol_fileconsumer_open_files", collector), "{{node}}")], {
      description: "Files of containers that each collector reads.",
      unit: "none",
    }),
  ],
};

const throughGateway: Row = {
  title: "Gateway",
  panels: [
    plot(
      "Answers of the gateway",
      [
        query(
          `sum by (code) (${perSecond("haproxy_frontend_http_responses_total", gateway, 'proxy="collectors"')})`,
          "{{code}}",
        ),
      ],
      {
        description:
          "What collectors get for an answer: 5xx while the store is away, 4xx where somebody asks for more than to add lines.",
        unit: "reqps",
        stacked: true,
      },
    ),
    plot(
      "Time of the store",
      [
        query(
          `max(${selected("haproxy_backend_response_time_average_seconds", gateway, 'proxy="store"')})`,
          "average of the last thousand requests",
        ),
      ],
      { description: "Time until the store answers the gateway.", unit: "s" },
    ),
  ],
};

function storeRow(orchestrator: Orchestrator): Row {
  return {
    title: "Store",
    panels: [
      plot("Time to answer", [query(selected("probe_duration_seconds", store), "{{node}}")], {
        description: "How long the store takes to answer a question, connection and TLS included.",
        unit: "s",
      }),
      plot(
        "Free on the disk",
        [query(`min by (mountpoint) (${storeDiskFree})`, "{{mountpoint}}")],
        {
          description:
            "Share that is free of the disks that lines may be on, on the store's machine. Below 5 % OpenSearch takes no line any more.",
          unit: "percentunit",
          max: 1,
          limits: { warning: 0.12, critical: 0.05 },
          lessIsWorse: true,
          mayBeEmpty: "node-exporter sees none of these disks on the store's machine",
        },
      ),
      ...(orchestrator === "kubernetes"
        ? [
            plot(
              "Free on the claim",
              [query(`min by (persistentvolumeclaim) (${claimFree})`, "{{persistentvolumeclaim}}")],
              {
                description: "Share of the store's claim that is free, as the kubelet sees it.",
                unit: "percentunit" as const,
                max: 1,
                limits: { warning: 0.12, critical: 0.05 },
                lessIsWorse: true,
                mayBeEmpty: "the storage class tells nothing of how full its volumes are",
              },
            ),
          ]
        : []),
      plot(
        "Memory of the store",
        [
          query(
            `sum(${selected("container_memory_working_set_bytes", ...storeContainers)})`,
            "store",
          ),
        ],
        {
          description: "Memory of OpenSearch that the kernel can't take back.",
          unit: "bytes",
        },
      ),
      plot(
        "CPU of the store",
        [
          query(
            `sum(${perSecond("container_cpu_usage_seconds_total", ...storeContainers)})`,
            "store",
          ),
        ],
        { description: "CPUs that OpenSearch uses.", unit: "short" },
      ),
    ],
  };
}

/** Logs: whether they arrive, what stands in their way, and the lines themselves. */
export function loggingDashboard(
  orchestrator: Orchestrator,
  { store: own, gateway: hasGateway }: LoggingTargets,
): Dashboard {
  return {
    uid: "slipway-logging",
    title: "Logging",
    description: "Lines from the nodes to the store: whether they arrive, and what waits.",
    variables: [],
    ...(own && { filters: lineFilters }),
    annotations: [releases(), alerts('alertname=~"Log.+"')],
    rows: [
      {
        title: "Now",
        panels: [
          ...everywhere,
          ...(hasGateway ? [ofGateway] : []),
          ...(own ? ofStore : []),
          firingNow,
        ],
      },
      ...(own ? [{ title: "Lines themselves", panels: [], lines: [allLines] }] : []),
      lines,
      buffers,
      collectors,
      ...(hasGateway ? [throughGateway] : []),
      ...(own ? [storeRow(orchestrator)] : []),
    ],
  };
}
