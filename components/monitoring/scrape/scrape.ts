/** Parts of Prometheus' scrape configuration that every orchestrator has. */
import { modules } from "../blackboxConfig";
import { jobs } from "../names";

export interface Relabel {
  readonly source_labels?: readonly string[];
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: "keep" | "drop" | "replace" | "labelmap" | "labeldrop";
}

export interface Scrape {
  readonly job_name: string;
  readonly relabel_configs?: readonly Relabel[];
  readonly metric_relabel_configs?: readonly Relabel[];
  readonly [field: string]: unknown;
}

export function keep(label: string, regex: string): Relabel {
  return { source_labels: [label], regex, action: "keep" };
}

/** Sets a label from another one. @param regex what the other must be like; its first group is taken */
export function copy(from: string, to: string, regex = "(.+)"): Relabel {
  return { source_labels: [from], regex, target_label: to };
}

export function set(label: string, value: string): Relabel {
  return { target_label: label, replacement: value };
}

/** A program at one address. */
export function fixed(job: string, address: string): Scrape {
  return { job_name: job, static_configs: [{ targets: [address] }] };
}

/** What the orchestrator says of itself, one module of json-exporter each. @param api URL of the orchestrator's API */
export function stateScrapes(
  api: string,
  exporter: string,
  questions: Readonly<Record<string, string>>,
): readonly Scrape[] {
  return Object.entries(questions).map(([module, question]) => ({
    job_name: `${jobs.state}-${module}`,
    metrics_path: "/probe",
    params: { module: [module], target: [`${api}${question}`] },
    static_configs: [{ targets: [exporter] }],
    relabel_configs: [set("job", jobs.state), set("instance", module)],
    // One word for what is well, whatever the orchestrator calls it.
    metric_relabel_configs: [
      {
        source_labels: ["state"],
        regex: "reachable|True",
        target_label: "state",
        replacement: "ready",
      },
      // The tag of an image is the version of what it is of.
      {
        source_labels: ["image"],
        regex: "(?:.*/)?[^/:@]+:([^/:@]+)(?:@.*)?",
        target_label: "version",
      },
      { regex: "image", action: "labeldrop" },
    ],
  }));
}

/** Requests that the ingress counts, under the name of their route. */
export const routeOfRequests: readonly Relabel[] = [
  {
    source_labels: ["__name__", "service"],
    regex: "traefik_service_.+;(.+)",
    target_label: "route",
  },
];

/** A URL that stands in `__param_target` is asked through the blackbox exporter, and is called `instance`. */
export function probed(exporter: string, through: string | undefined): readonly Relabel[] {
  return [
    copy("__param_target", "instance"),
    ...(through === undefined
      ? []
      : [
          // The host stays what is asked for; only where the connection leads to is another place.
          { ...copy("__param_target", "__param_hostname", "https?://([^/:]+).*") },
          {
            source_labels: ["__param_target"],
            regex: "(https?://)[^/:]+(.*)",
            target_label: "__param_target",
            // In braces: an address that follows bare "$1" would be read as more of its digits.
            replacement: `\${1}${through}\${2}`,
          },
        ]),
    set("__address__", exporter),
  ];
}

/** The registry, asked as nodes do: an answer that wants a password is one. Nothing where there is none. */
export function registryProbe(exporter: string, url: string | undefined): readonly Scrape[] {
  if (url === undefined) return [];
  return [
    {
      job_name: jobs.registry,
      ...httpProbe,
      static_configs: [{ targets: [url] }],
      relabel_configs: [copy("__address__", "__param_target"), ...probed(exporter, undefined)],
    },
  ];
}

/** Whose an application is, where it does not say. */
export function ownedBy(label: string, otherwise: string): readonly Relabel[] {
  return [set("owner", otherwise), copy(label, "owner")];
}

export const httpProbe = { metrics_path: "/probe", params: { module: [modules.http] } } as const;
export const tlsProbe = { metrics_path: "/probe", params: { module: [modules.tls] } } as const;
