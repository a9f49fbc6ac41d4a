import type { ComposeProject } from "../spec";
import {
  isScraped,
  mostNumbered,
  percentiles,
  scrapeLabels,
  scrapePort,
} from "./applicationLabels";

/** Something about what an application says for monitoring, by its place in the canonical project. */
export interface MonitoringObjection {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly severity: "error" | "warning";
}

/** What is wrong with what an application says for monitoring, on the cluster that it goes to. */
export function* judgeMonitoring(
  { services, "x-slipway": extension }: Pick<ComposeProject, "services" | "x-slipway">,
  { measuresRequests }: { readonly measuresRequests: boolean },
): Iterable<MonitoringObjection> {
  for (const [key, { deploy }] of Object.entries(services)) {
    const labels = deploy?.labels;
    if (!isScraped(labels) || scrapePort(labels) !== undefined) continue;
    yield {
      path: ["services", key, "deploy", "labels"],
      severity: "error",
      message: `has ${scrapeLabels.scrape} without a port; add \`${scrapeLabels.port}: "8080"\`, the port in the container`,
    };
  }
  const rules = Object.entries(services).map(
    ([key, service]) => [key, service["x-slipway"]?.ingress ?? []] as const,
  );
  for (const [key, { length }] of rules) {
    if (length <= mostNumbered) continue;
    yield {
      path: ["services", key, "x-slipway", "ingress"],
      severity: "warning",
      message: `has ${length} rules, and monitoring follows the first ${mostNumbered} of a service; split the service, or watch the others yourself`,
    };
  }
  const slo = extension?.slo;
  if (slo === undefined) return;
  const path = ["x-slipway", "slo"];
  if (!measuresRequests || rules.every(([, { length }]) => length === 0)) {
    yield {
      path,
      severity: "warning",
      message: measuresRequests
        ? "is measured by requests through the ingress, and no service has x-slipway.ingress: no alert can come of it"
        : "is measured by requests through Slipway's own ingress, which the cluster does not have: no alert can come of it",
    };
  }
  const known: readonly string[] = percentiles;
  for (const percentile of Object.keys(slo.latency ?? {})) {
    if (known.includes(percentile)) continue;
    yield {
      path: [...path, "latency", percentile],
      severity: "warning",
      message: `is none of the percentiles that are measured: ${percentiles.join(", ")}; no alert can come of it`,
    };
  }
}
