import type { Dashboard, Row } from "./dashboard";
import type { DashboardSettings } from "./index";
import { levelFilter, linesOf } from "./lines";
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

const own = 'application="$application"';
const containers = [...ofServices, own] as const;
const noHost = "no host of the application is asked for from outside";
const noObjective = "the application states no objective";

const now: Row = {
  title: "Now",
  panels: [
    table("Version", `${selected("slipway:release:start_timestamp_seconds", own)} * 1000`, {
      description:
        "Versions that run, by the tags of images or the label of workloads, and since when monitoring has seen them.",
      unit: "dateTimeFromNow",
      width: 8,
      columns: { version: "Version", Value: "Since" },
      mayBeEmpty: "no image of the application has a tag",
    }),
    number(
      "Tasks ready",
      `1 - sum(${selected("slipway:service_missing_tasks:count", own)}) / (sum(${selected("slipway_service_desired_tasks", own)}) > 0)`,
      {
        description: "Share of the tasks that are to run, and do.",
        unit: "percentunit",
        limits: { critical: 0.999 },
        lessIsWorse: true,
      },
    ),
    number("Alerts", `count(${firing(own)}) or vector(0)`, {
      description: "Alerts of the application that fire.",
      unit: "none",
      limits: { critical: 1 },
    }),
    number("Answers from outside", `min(${selected("probe_success", of("probes"), own)})`, {
      description: "1 where every host of the application answers as its users ask for it.",
      unit: "none",
      limits: { critical: 0.999 },
      lessIsWorse: true,
      mayBeEmpty: noHost,
    }),
    number(
      "Error budget left",
      `1 - ${selected("slipway:request_errors:ratio_rate3d", own)} / on (application) ${selected("slipway:error_budget:ratio", own)}`,
      {
        description:
          "Of what x-slipway.slo.availability allows to fail, the share that was not used in the last three days; below zero more fails than may.",
        unit: "percentunit",
        limits: { warning: 0.25, critical: 0 },
        lessIsWorse: true,
        mayBeEmpty: noObjective,
      },
    ),
  ],
};

const toIt = (figures: string) => byApplication(figures, [own]);
const durations = perSecond("traefik_service_request_duration_seconds_bucket", of("ingress"));

const requests: Row = {
  title: "Requests through the ingress",
  panels: [
    plot(
      "Requests by code",
      [
        query(
          `sum by (code) (${toIt(perSecond("traefik_service_requests_total", of("ingress")))})`,
          "{{code}}",
        ),
      ],
      {
        description: "Requests for the application, by the code of the answer.",
        unit: "reqps",
        stacked: true,
        mayBeEmpty: requestsMayBeEmpty,
      },
    ),
    plot(
      "Failing requests",
      [
        query(selected("slipway:request_errors:ratio_rate5m", own), "5 minutes"),
        query(selected("slipway:request_errors:ratio_rate1h", own), "1 hour"),
        query(selected("slipway:error_budget:ratio", own), "objective"),
      ],
      {
        description: "Share of the requests that were answered with 5xx, and how many may be.",
        unit: "percentunit",
        mayBeEmpty: requestsMayBeEmpty,
      },
    ),
    plot(
      "Time to answer",
      [0.5, 0.95, 0.99].map((quantile) =>
        query(
          `histogram_quantile(${quantile}, sum by (le) (${toIt(durations)}))`,
          `p${quantile * 100}`,
        ),
      ),
      {
        description: "Time in which half, 95 % and 99 % of the requests are answered.",
        unit: "s",
        mayBeEmpty: requestsMayBeEmpty,
      },
    ),
    plot(
      "Time to answer from outside",
      [query(selected("probe_duration_seconds", of("probes"), own), "{{instance}}")],
      {
        description: "How long each host takes to answer a probe, connection and TLS included.",
        unit: "s",
        mayBeEmpty: noHost,
      },
    ),
  ],
};

const tasks: Row = {
  title: "Services",
  panels: [
    plot(
      "Tasks",
      [
        query(
          `sum by (service) (${selected("slipway_service_desired_tasks", own)})`,
          "{{service}} is to have",
        ),
        query(
          `-sum by (service) (${selected("slipway:service_missing_tasks:count", own)})`,
          "{{service}} lacks",
        ),
      ],
      {
        description: "Tasks of each service, and below zero those that are not ready.",
        unit: "none",
      },
    ),
    plot(
      "CPU",
      [
        query(
          `sum by (service) (${perSecond("container_cpu_usage_seconds_total", ...containers)})`,
          "{{service}}",
        ),
      ],
      { description: "CPUs that the containers of each service use.", unit: "short" },
    ),
    plot(
      "Memory",
      [
        query(
          `sum by (service) (${selected("container_memory_working_set_bytes", ...containers)})`,
          "{{service}}",
        ),
      ],
      {
        description: "Memory of the containers of each service that the kernel can't take back.",
        unit: "bytes",
      },
    ),
    plot(
      "Network",
      [
        query(
          `sum(${perSecond("container_network_receive_bytes_total", of("cadvisor"), own)})`,
          "in",
        ),
        query(
          `-sum(${perSecond("container_network_transmit_bytes_total", of("cadvisor"), own)})`,
          "out",
        ),
      ],
      {
        description: "What containers of the application get, and below zero what they send.",
        unit: "Bps",
      },
    ),
    plot(
      "Killed for memory",
      [
        query(
          `sum by (service) (increase(${selected("container_oom_events_total", ...containers)}[$__rate_interval]))`,
          "{{service}}",
        ),
      ],
      {
        description:
          "How often the kernel has ended a process of a container that was at its limit.",
        unit: "none",
      },
    ),
    plot("Metrics of its own", [query(selected("up", of("applications"), own), "{{service}}")], {
      description: "1 for each task whose metrics Prometheus can read.",
      unit: "none",
      mayBeEmpty: "the application has no metrics of its own",
    }),
  ],
};

/** One application, as its users and its owner see it. */
export function applicationDashboard({
  requests: measured,
  logging,
}: DashboardSettings): Dashboard {
  const hasLines = logging?.store === true;
  return {
    uid: "slipway-application",
    title: "Application",
    description:
      "One application: whether it answers, how fast, in which version, and what it takes.",
    variables: [
      {
        name: "application",
        label: "Application",
        of: { metric: "slipway_service_desired_tasks", label: "application" },
      },
    ],
    ...(hasLines && { filters: [levelFilter] }),
    annotations: [releases(own), alerts(own)],
    rows: [
      now,
      ...(measured ? [requests] : []),
      tasks,
      ...(hasLines ? [{ title: "Logs", panels: [], lines: [linesOf("$application")] }] : []),
    ],
  };
}
