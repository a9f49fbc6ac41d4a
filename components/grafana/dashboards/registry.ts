import type { Dashboard, Row } from "./dashboard";
import { number, of, perSecond, plot, query, releases, selected } from "./panels";

const own = of("registryMetrics");
const asked = of("registry");

function quantile(metric: string, by: string): string {
  return `histogram_quantile(0.95, sum by (le, ${by}) (${perSecond(metric, own)}))`;
}

const now: Row = {
  title: "Now",
  panels: [
    number("Answers", `min(${selected("probe_success", asked)})`, {
      description: "1 where the registry answers as nodes ask it.",
      unit: "none",
      limits: { critical: 0.999 },
      lessIsWorse: true,
    }),
    number("Processes", `sum(${selected("up", own)})`, {
      description:
        "Processes that are there: for pulls, for pushes, perhaps for a cache. While garbage is collected, that for pushes is not.",
      unit: "none",
    }),
    number(
      "Certificate ends in",
      `min(${selected("probe_ssl_earliest_cert_expiry", asked)}) - time()`,
      {
        description: "Time until the registry's certificate ends.",
        unit: "s",
        limits: { warning: 21 * 86400, critical: 3 * 86400 },
        lessIsWorse: true,
      },
    ),
    number("Requests under way", `sum(${selected("registry_http_in_flight_requests", own)})`, {
      description: "Requests that the registry is working on.",
      unit: "none",
    }),
  ],
};

const requests: Row = {
  title: "Requests",
  panels: [
    plot(
      "Requests by process",
      [
        query(
          `sum by (process) (${perSecond("registry_http_requests_total", own)})`,
          "{{process}}",
        ),
      ],
      {
        description: "Requests to the process for pulls, for pushes, and to the cache.",
        unit: "reqps",
      },
    ),
    plot(
      "Requests by code",
      [query(`sum by (code) (${perSecond("registry_http_requests_total", own)})`, "{{code}}")],
      {
        description:
          "Requests by the code of the answer. 401 is how clients learn that they must log in.",
        unit: "reqps",
        stacked: true,
      },
    ),
    plot(
      "Time to answer",
      [query(quantile("registry_http_request_duration_seconds_bucket", "handler"), "{{handler}}")],
      {
        description: "Time in which 95 % of the requests are answered, by what they are for.",
        unit: "s",
      },
    ),
    plot(
      "Sent",
      [
        query(
          `sum by (process) (${perSecond("registry_http_response_size_bytes_sum", own)})`,
          "{{process}}",
        ),
      ],
      { description: "What answers bring: images that are pulled, most of all.", unit: "Bps" },
    ),
  ],
};

const storage: Row = {
  title: "Storage and cache",
  panels: [
    plot(
      "Time of the storage",
      [query(quantile("registry_storage_action_seconds_bucket", "action"), "{{action}}")],
      {
        description: "Time that 95 % of what is asked of the volume or the S3 store take.",
        unit: "s",
        mayBeEmpty: "no image was asked for yet",
      },
    ),
    plot(
      "Cache",
      [
        query(`sum(${perSecond("registry_proxy_hits_total", own)})`, "was there"),
        query(`sum(${perSecond("registry_proxy_misses_total", own)})`, "was fetched"),
      ],
      {
        description: "What the cache was asked for and had, and what it had to fetch.",
        unit: "ops",
        mayBeEmpty: "the registry has no cache",
      },
    ),
    plot("CPU", [query(perSecond("process_cpu_seconds_total", own), "{{process}} on {{node}}")], {
      description: "CPUs that each process uses.",
      unit: "short",
    }),
    plot(
      "Memory",
      [query(selected("process_resident_memory_bytes", own), "{{process}} on {{node}}")],
      { description: "Memory of each process.", unit: "bytes" },
    ),
  ],
};

/** Slipway's own registry. */
export function registryDashboard(): Dashboard {
  return {
    uid: "slipway-registry",
    title: "Registry",
    description: "The cluster's own registry: whether it answers, how fast, and what it brings.",
    variables: [],
    annotations: [releases('application=~"slipway[_-]registry"')],
    rows: [now, requests, storage],
  };
}
