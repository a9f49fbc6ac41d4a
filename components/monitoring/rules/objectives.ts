/**
 * Objectives of applications, for all of them at once: each states its own in `x-slipway.slo`, Prometheus reads them
 * from the cluster as metrics, and these rules compare. No rule names an application.
 */
import { latencyLabel, percentiles } from "../applicationLabels";
import { jobs } from "../names";
import type { Alert, RecordingRule } from "./rule";

const windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] as const;
type Window = (typeof windows)[number];

/** Requests of an application are those of its routes, as the ingress has answered them. */
function ofApplication(metric: string, window: Window, labels = "", by = "application"): string {
  const selector = [`job="${jobs.ingress}"`, ...(labels === "" ? [] : [labels])].join(",");
  return (
    `sum by (${by}) (rate(${metric}{${selector}}[${window}]) ` +
    `* on (route) group_left (application) max by (route, application) (slipway_slo_route_info))`
  );
}

function errorRatio(window: Window): RecordingRule {
  const requests = (labels?: string) =>
    ofApplication("traefik_service_requests_total", window, labels);
  return {
    record: `slipway:request_errors:ratio_rate${window}`,
    // Without any error there is no series of errors, and the ratio is nought, where there are requests.
    expr: `(${requests('code=~"5.."')} or ${requests()} * 0) / (${requests()} > 0)`,
  };
}

/** Error ratios by window, budget by application, latencies by percentile. */
export const objectiveRecords: readonly RecordingRule[] = [
  ...windows.map(errorRatio),
  {
    record: "slipway:error_budget:ratio",
    expr: `1 - max by (application) (slipway_slo_availability_percent) / 100`,
  },
  ...percentiles.flatMap((percentile) =>
    (["5m", "1h"] as const).map((window) => ({
      record: `slipway:request_latency_seconds:quantile_rate${window}`,
      expr:
        `histogram_quantile(${String(Number(percentile.slice(1)) / 100)}, ` +
        `${ofApplication("traefik_service_request_duration_seconds_bucket", window, "", "application, le")}) ` +
        `and on (application) slipway_slo_latency_seconds{percentile="${percentile}"}`,
      labels: { percentile },
    })),
  ),
];

/**
 * How fast the budget of 30 days is used up, over a long window that shows that it matters and a short one that shows that
 * it goes on: https://sre.google/workbook/alerting-on-slos/, "Multiwindow, Multi-Burn-Rate Alerts".
 */
function burns(factor: number, long: Window, short: Window): string {
  const one = (window: Window) =>
    `(slipway:request_errors:ratio_rate${window} > on (application) ${factor} * slipway:error_budget:ratio)`;
  return `(${one(long)} and ${one(short)})`;
}

const owned =
  `* on (application) group_left (owner) max by (application, owner) ` +
  `(slipway:service_owner:info and on (application) slipway_slo_route_info)`;

export const objectiveAlerts: readonly Alert[] = [
  {
    name: "ErrorBudgetBurnsFast",
    severity: "critical",
    expr: `(${burns(14.4, "1h", "5m")} or ${burns(6, "6h", "30m")}) ${owned}`,
    for: "2m",
    owner: "series",
    summary: "{{ $labels.application }} uses up its error budget within days",
    description:
      "{{ $value | humanizePercentage }} of its requests fail: its objective (x-slipway.slo.availability) is missed soon.",
  },
  {
    name: "ErrorBudgetBurnsSlowly",
    severity: "warning",
    expr: `(${burns(3, "1d", "2h")} or ${burns(1, "3d", "6h")}) ${owned}`,
    for: "15m",
    owner: "series",
    summary: "{{ $labels.application }} uses up its error budget before its time",
    description:
      "{{ $value | humanizePercentage }} of its requests fail, and have for hours: at this pace its objective (x-slipway.slo.availability) is missed this month.",
  },
  {
    name: "LatencyObjectiveMissed",
    severity: "warning",
    expr:
      `((slipway:request_latency_seconds:quantile_rate1h > on (application, percentile) max by (application, percentile) (slipway_slo_latency_seconds)) ` +
      `and (slipway:request_latency_seconds:quantile_rate5m > on (application, percentile) max by (application, percentile) (slipway_slo_latency_seconds))) ${owned}`,
    for: "5m",
    owner: "series",
    summary: "{{ $labels.application }} answers slower than its objective",
    description:
      "The {{ $labels.percentile }} of its answers takes {{ $value | humanizeDuration }}, over the last hour and still.",
  },
];

/** Names of the labels with objectives for latency, by percentile. */
export const latencyLabels = percentiles.map((percentile) => ({
  percentile,
  label: latencyLabel(percentile),
}));
