/**
 * What a deployment writes on an application's services for monitoring: labels on a Swarm, annotations on Kubernetes.
 * Prometheus learns of objectives, probes and owners from the cluster itself, with the next look that it takes: no
 * configuration of its own changes when an application comes, changes or goes, and the cluster's Pulumi stack need not run.
 */
import type { ComposeProject, IngressExtension, SloExtension } from "../spec";
import { parseDuration } from "../spec/quantities";

type Labels = Readonly<Record<string, string>>;

/** Who is told when something is wrong with an application. */
export const ownerLabel = "slipway.owner";

const sloPrefix = "slipway.slo";
/** Percent of requests that must succeed. */
export const availabilityLabel = `${sloPrefix}.availability`;
/**
 * URLs that are asked from outside, and names of routes as the ingress counts their requests, are numbered from 0. Routes are
 * told with or without objectives: requests are plotted for every application.
 */
export const probeLabel = (index: number) => `slipway.probe.${index}`;
export const routeLabel = (index: number) => `${sloPrefix}.route.${index}`;
/** Seconds within which a percentile of requests is answered. */
export const latencyLabel = (percentile: string) =>
  `${sloPrefix}.latency.${percentile.replace(".", "_")}`;

/** What one service can have of each: a query has to name every one. */
export const mostNumbered = 4;

/** Percentiles that objectives can name. */
export const percentiles = ["p50", "p75", "p90", "p95", "p99", "p99.9"] as const;

/** The labels of Prometheus' own convention, by which a service says where its metrics are. */
export const scrapeLabels = {
  scrape: "prometheus.io/scrape",
  port: "prometheus.io/port",
  path: "prometheus.io/path",
} as const;

/** Whether a service has metrics of its own. */
export function isScraped(labels: Labels = {}): boolean {
  return labels[scrapeLabels.scrape] === "true";
}

/** The port at which it has them. */
export function scrapePort(labels: Labels = {}): number | undefined {
  const port = Number(labels[scrapeLabels.port]);
  return Number.isInteger(port) && port > 0 && port < 65536 ? port : undefined;
}

/** @param routes names of the service's routes, as the ingress has them in its metrics */
export function monitoringLabels(
  { "x-slipway": extension }: Pick<ComposeProject, "x-slipway">,
  routes: readonly string[],
): Labels {
  const { owner, slo } = extension ?? {};
  return {
    ...(owner !== undefined && { [ownerLabel]: owner }),
    ...(routes.length > 0 && slo !== undefined && objectiveLabels(slo)),
    ...Object.fromEntries(
      routes.slice(0, mostNumbered).map((route, index) => [routeLabel(index), route]),
    ),
  };
}

/** URLs that probes ask for the rules of a service; a host with a wildcard can't be asked. */
export function probeUrls(rules: readonly IngressExtension[]): readonly string[] {
  const urls = rules
    .filter(({ host }) => !host.startsWith("*"))
    .map(
      ({ host, path, healthPath, tls }) =>
        `${tls ? "https" : "http"}://${host.toLowerCase()}${healthPath ?? path}`,
    );
  return [...new Set(urls)].slice(0, mostNumbered);
}

/** Labels with the URLs that are probed. */
export function probeLabels(rules: readonly IngressExtension[]): Labels {
  return Object.fromEntries(probeUrls(rules).map((url, index) => [probeLabel(index), url]));
}

function objectiveLabels({ availability, latency = {} }: SloExtension): Labels {
  const known: readonly string[] = percentiles;
  return {
    ...(availability !== undefined && { [availabilityLabel]: String(availability) }),
    ...Object.fromEntries(
      Object.entries(latency)
        .filter(([percentile]) => known.includes(percentile))
        .map(([percentile, time]) => [
          latencyLabel(percentile),
          String((parseDuration(time) ?? 0) / 1e9),
        ]),
    ),
  };
}
