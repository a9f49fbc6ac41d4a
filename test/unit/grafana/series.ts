import type { Metrics } from "./metrics";

type Labels = Readonly<Record<string, string>>;

/** A series of promtool's tests. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** Machines, each with a service of an application of its own, the last ones with the registry and the store of logs; what is not named here is the same everywhere. */
const worlds: readonly Labels[] = [
  { node: "workers-0", application: "shop", service: "shop_web", route: "web", instance: "one" },
  { node: "workers-1", application: "other", service: "other_web", route: "api", instance: "two" },
  {
    node: "workers-2",
    application: "slipway_registry",
    service: "slipway_registry_pull",
    route: "none",
    instance: "three",
  },
  {
    node: "workers-3",
    application: "slipway_logging",
    service: "slipway_logging_store",
    route: "no other",
    instance: "four",
    alertname: "LogStoreDown",
    state: "UP",
  },
];

/** Labels of which one series alone would say little. */
const several: Readonly<Record<string, readonly string[]>> = {
  http_response_status_code: ["201", "400"],
  proxy: ["collectors", "store"],
  code: ["200", "503"],
  cpu: ["0", "1"],
  le: ["0.1", "1", "+Inf"],
  mode: ["idle", "user"],
};

const values: Labels = {
  alertname: "DiskFilling",
  mountpoint: "/var",
  namespace: "slipway-logging",
  alertstate: "firing",
  fstype: "ext4",
  severity: "warning",
  state: "ready",
  version: "1.0.0",
};

/** An hour of all that Prometheus knows, in a cluster in which everything happens. */
export function anHourOf({ labels, jobsOf }: Metrics): readonly InputSeries[] {
  return [...labels].flatMap(([metric, names]) =>
    [...(jobsOf.get(metric) ?? [undefined])].flatMap((job) =>
      worlds.flatMap((world, index) =>
        combined(
          names.filter((name) => name !== "job"),
          world,
        ).map((own) => ({
          series: `${metric}{${rendered({ ...own, ...(job !== undefined && { job }) })}}`,
          values: figures(metric, index),
        })),
      ),
    ),
  );
}

function figures(metric: string, world: number): string {
  // One target is down.
  if (metric === "up") return world === 1 ? "0x60" : "1x60";
  return /_(total|bucket|count|sum|kill)$/.test(metric) ? "0+60x60" : "1x60";
}

/** Every combination of values. */
function combined(names: readonly string[], world: Labels): readonly Labels[] {
  return names.reduce<readonly Labels[]>(
    (found, name) =>
      found.flatMap((labels) =>
        (several[name] ?? [world[name] ?? values[name] ?? "any"]).map((value) => ({
          ...labels,
          [name]: value,
        })),
      ),
    [{}],
  );
}

function rendered(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",");
}
