import { disks } from "../../monitoring/rules/nodes";
import type { Dashboard, Row } from "./dashboard";
import type { DashboardSettings } from "./index";
import {
  alerts,
  byApplication,
  firing,
  number,
  of,
  ofServices,
  perSecond,
  plot,
  query,
  releases,
  requestsMayBeEmpty,
  selected,
  table,
} from "./panels";

const members = "slipway_quorum_member_info";

const now: Row = {
  title: "Now",
  panels: [
    number("Nodes ready", `count(slipway_node_info{state="ready"})`, {
      description: "Nodes that the cluster hears of.",
      unit: "none",
    }),
    number("Nodes not ready", `count(slipway_node_info{state!="ready"}) or vector(0)`, {
      description: "Nodes that the cluster has lost. What ran there runs elsewhere.",
      unit: "none",
      limits: { critical: 1 },
    }),
    number(
      "Losses to spare",
      `count(${members}{state="ready"}) - floor(count(${members}) / 2) - 1`,
      {
        description:
          "Managers or control planes that may be lost before there is no majority, and nothing can be changed any more.",
        unit: "none",
        limits: { critical: 0 },
        lessIsWorse: true,
      },
    ),
    number("Tasks missing", "sum(slipway:service_missing_tasks:count)", {
      description: "Tasks that services are to have, and that are not ready.",
      unit: "none",
      limits: { critical: 1 },
    }),
    number("Alerts", `count(${firing()}) or vector(0)`, {
      description: "Alerts that fire, but for the one of the dead man's switch.",
      unit: "none",
      limits: { critical: 1 },
    }),
    number("Next certificate ends in", "min(probe_ssl_earliest_cert_expiry) - time()", {
      description: "Time until the first of the certificates ends that are asked for.",
      unit: "s",
      limits: { warning: 21 * 86400, critical: 3 * 86400 },
      lessIsWorse: true,
      mayBeEmpty: "nothing with TLS is asked for",
    }),
    table("Alerts that fire", firing(), {
      description: "What is wrong, and whose it is.",
      unit: "none",
      width: 24,
      columns: {
        alertname: "Alert",
        severity: "Severity",
        owner: "Owner",
        application: "Application",
        service: "Service",
        node: "Node",
        instance: "Instance",
      },
      mayBeEmpty: "no alert fires",
    }),
  ],
};

const machines: Row = {
  title: "Machines",
  panels: [
    plot(
      "CPU",
      [
        query(
          `1 - avg by (node) (${perSecond("node_cpu_seconds_total", of("node"), 'mode="idle"')})`,
          "{{node}}",
        ),
      ],
      { description: "Share of its CPUs that each machine uses.", unit: "percentunit", max: 1 },
    ),
    plot(
      "Memory",
      [
        query(
          `1 - ${selected("node_memory_MemAvailable_bytes", of("node"))} / ${selected("node_memory_MemTotal_bytes", of("node"))}`,
          "{{node}}",
        ),
      ],
      {
        description: "Share of its memory that each machine could not give to anybody else.",
        unit: "percentunit",
        max: 1,
        limits: { critical: 0.92 },
      },
    ),
    plot(
      "Fullest disk",
      [
        query(
          `max by (node) (1 - node_filesystem_avail_bytes{${disks}} / node_filesystem_size_bytes{${disks}})`,
          "{{node}}",
        ),
      ],
      {
        description: "Of each machine, the file system with the least room.",
        unit: "percentunit",
        max: 1,
        limits: { critical: 0.95 },
      },
    ),
    plot(
      "Network of containers",
      [
        query(
          `sum by (node) (${perSecond("container_network_receive_bytes_total", of("cadvisor"), 'application!=""')})`,
          "{{node}} in",
        ),
        query(
          `-sum by (node) (${perSecond("container_network_transmit_bytes_total", of("cadvisor"), 'application!=""')})`,
          "{{node}} out",
        ),
      ],
      {
        description: "What containers of each machine get, and below zero what they send.",
        unit: "Bps",
      },
    ),
  ],
};

const applications: Row = {
  title: "Applications",
  panels: [
    table("Versions", "slipway:release:start_timestamp_seconds * 1000", {
      description:
        "Versions that run, by the tags of images or the label of workloads, and since when monitoring has seen them.",
      unit: "dateTimeFromNow",
      columns: { application: "Application", version: "Version", Value: "Since" },
    }),
    plot(
      "Tasks that lack",
      [
        query("sum by (application) (slipway_service_desired_tasks)", "{{application}} is to have"),
        query(
          "-sum by (application) (slipway:service_missing_tasks:count)",
          "{{application}} lacks",
        ),
      ],
      {
        description: "Tasks by application, and below zero those that are not ready.",
        unit: "none",
      },
    ),
    plot(
      "CPU by application",
      [
        query(
          `sum by (application) (${perSecond("container_cpu_usage_seconds_total", ...ofServices)})`,
          "{{application}}",
        ),
      ],
      {
        description: "CPUs that the containers of each application use.",
        unit: "short",
        stacked: true,
      },
    ),
    plot(
      "Memory by application",
      [
        query(
          `sum by (application) (${selected("container_memory_working_set_bytes", ...ofServices)})`,
          "{{application}}",
        ),
      ],
      {
        description:
          "Memory of the containers of each application that the kernel can't take back.",
        unit: "bytes",
        stacked: true,
      },
    ),
  ],
};

const requests: Row = {
  title: "Requests through the ingress",
  panels: [
    plot(
      "Requests by application",
      [
        query(
          `sum by (application) (${byApplication(perSecond("traefik_service_requests_total", of("ingress")))})`,
          "{{application}}",
        ),
      ],
      {
        description:
          "Requests that came through the ingress, by the application that they were for.",
        unit: "reqps",
        mayBeEmpty: requestsMayBeEmpty,
      },
    ),
    plot(
      "Requests by code",
      [
        query(
          `sum by (code) (${perSecond("traefik_service_requests_total", of("ingress"))})`,
          "{{code}}",
        ),
      ],
      {
        description: "Requests that came through the ingress, by the code of the answer.",
        unit: "reqps",
        stacked: true,
        mayBeEmpty: requestsMayBeEmpty,
      },
    ),
    plot("Failing requests", [query("slipway:request_errors:ratio_rate5m", "{{application}}")], {
      description: "Share of an application's requests that were answered with 5xx.",
      unit: "percentunit",
      mayBeEmpty: requestsMayBeEmpty,
    }),
  ],
};

const monitoring: Row = {
  title: "Monitoring itself",
  panels: [
    plot("Targets down", [query("count by (job) (up == 0)", "{{job}}")], {
      description:
        "What Prometheus knows of and can't read: no alert would say what happens there.",
      unit: "none",
      mayBeEmpty: "every target is read",
    }),
    plot("Series", [query(selected("prometheus_tsdb_head_series", of("prometheus")), "series")], {
      description: "Series in Prometheus' memory, which its need of memory goes by.",
      unit: "short",
    }),
    plot(
      "Metrics on disk",
      [query(selected("prometheus_tsdb_storage_blocks_bytes", of("prometheus")), "blocks")],
      {
        description: "Room that metrics take up, without those of the last two hours.",
        unit: "bytes",
      },
    ),
    plot(
      "Notifications",
      [
        query(
          `sum by (integration) (${perSecond("alertmanager_notifications_total", of("alertmanager"))})`,
          "{{integration}} sent",
        ),
        query(
          `-sum by (integration) (${perSecond("alertmanager_notifications_failed_total", of("alertmanager"))})`,
          "{{integration}} failed",
        ),
      ],
      {
        description: "What Alertmanager tells receivers, and below zero what did not arrive.",
        unit: "ops",
      },
    ),
  ],
};

/** The cluster as a whole: what is wrong, what there is, what it is used for. */
export function clusterDashboard({ requests: measured }: DashboardSettings): Dashboard {
  return {
    uid: "slipway-cluster",
    title: "Cluster",
    description: "What is wrong, what there is, and what it is used for.",
    variables: [],
    annotations: [releases(), alerts()],
    rows: [now, machines, applications, ...(measured ? [requests] : []), monitoring],
  };
}
