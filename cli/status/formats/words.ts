/** How the status speaks, whatever it is written in. */
import type { Reserved } from "../capacity";
import { shareOf } from "../capacity";
import type { NodeFacts, Orchestrator, PlotFacts, PlotName, ReleaseFacts } from "../facts";
import type { ClusterView, Part, Severity, StatusView } from "../view";

/** What says how something is without a colour. */
export const symbols: Readonly<Record<Severity | "none", string>> = {
  ok: "✓",
  warning: "!",
  critical: "✕",
  unknown: "?",
  none: "–",
};

export const severityWords: Readonly<Record<Severity, string>> = {
  ok: "healthy",
  warning: "warning",
  critical: "critical",
  unknown: "unknown",
};

export const orchestratorNames: Readonly<Record<Orchestrator, string>> = {
  swarm: "Swarm",
  kubernetes: "Kubernetes",
};

export const roles: Readonly<Record<NodeFacts["role"], string>> = {
  manager: "manager",
  controlPlane: "control plane",
  worker: "worker",
};

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** One sentence for all clusters. */
export function verdict({ clusters, problems }: StatusView): string {
  const [first] = clusters;
  const of = (severity: Severity) => clusters.filter((one) => one.severity === severity).length;
  const wrong = (["critical", "unknown", "warning"] as const)
    .filter((one) => of(one) > 0)
    .map((one) => `${of(one)} ${states[one]}`);
  const sentences = [
    ...(first === undefined
      ? []
      : clusters.length === 1
        ? [`${first.stack} is ${states[first.severity]}`]
        : wrong.length === 0
          ? [`all ${clusters.length} clusters are healthy`]
          : [`of ${clusters.length} clusters, ${wrong.join(", ")}`]),
    ...(problems.length === 0 ? [] : [`${counted(problems.length, "Pulumi stack")} can't be read`]),
  ];
  return sentences.join("; ");
}

const states: Readonly<Record<Severity, string>> = {
  ok: "healthy",
  warning: "healthy, with warnings",
  critical: "critical",
  unknown: "not known in full",
};

/** `12 %`. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : "more than there is";
}

export function gibibytes(bytes: number): string {
  const value = bytes / 2 ** 30;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} GiB`;
}

export function cpus(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}

/** `2026-11-22 09:30 UTC`. */
export function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** How long before: `3 h`. */
export function age(iso: string, at: string): string {
  const minutes = Math.max(0, Math.floor((Date.parse(at) - Date.parse(iso)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

export const plotTitles: Readonly<Record<PlotName, string>> = {
  cpu: "CPU",
  memory: "Memory",
  requests: "Requests",
  errors: "Errors",
  latency: "99 % answered within",
};

/** What is at the top of a plot; that of the others is their highest value. */
export const plotCeilings: Readonly<Partial<Record<PlotName, number>>> = { cpu: 1, memory: 1 };

/** A value of a plot with its unit. */
export function plotValue(name: PlotName, value: number): string {
  switch (name) {
    case "requests":
      return `${value < 10 ? value.toFixed(1) : Math.round(value)}/s`;
    case "errors":
      return `${(value * 100).toFixed(value > 0 && value < 0.1 ? 2 : 0)} %`;
    case "latency":
      return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`;
    case "cpu":
    case "memory":
      return percent(value);
    default: {
      const never: never = name;
      return never;
    }
  }
}

export interface PlotSummary {
  /** The last one; absent where there is none now. */
  readonly now?: number;
  readonly highest: number;
}

/** `undefined` where there was nothing at all. */
export function summaryOf({ values }: PlotFacts): PlotSummary | undefined {
  const some = values.filter((value) => value !== null);
  if (some.length === 0) return undefined;
  const last = values.at(-1) ?? undefined;
  return { ...(last !== undefined && { now: last }), highest: Math.max(...some) };
}

/** `application 2.0.1, environment 1.1.0`: never one for the other. */
export function releaseLine({ number, by, kind, at }: ReleaseFacts, now: string): string {
  return `#${number}${kind === "deploy" ? "" : ` (${kind})`} by ${by}, ${age(at, now)} ago`;
}

export function reservedLine(one: Reserved, unit: "cpus" | "memoryBytes"): string {
  const [reserved, had] =
    unit === "cpus"
      ? [cpus(one.reserved), `${cpus(one.had)} CPUs`]
      : [gibibytes(one.reserved), gibibytes(one.had)];
  return `${reserved} of ${had} (${percent(shareOf(one))})`;
}

/** Numbers of a cluster for those who only glance at it. */
export function numbersOf({ nodes, applications, alerts, certificates }: ClusterView) {
  const of = <T>(part: Part<T>, tell: (value: T) => string) =>
    "value" in part ? tell(part.value) : part.severity === "none" ? "–" : "unknown";
  return {
    nodes: of(
      nodes,
      (all) => `${all.filter(({ isReady }) => isReady).length} of ${all.length} ready`,
    ),
    applications: of(applications, (all) => {
      const own = all.filter(({ isPlatform }) => !isPlatform);
      if (own.some(({ tasks }) => tasks === undefined)) return "unknown";
      const well = own.filter(({ tasks }) => tasks !== undefined && tasks.running >= tasks.wanted);
      return `${well.length} of ${own.length} complete`;
    }),
    alerts: of(alerts, (all) => {
      const told = all.filter(({ level }) => level !== "none").length;
      const silenced = all.filter(({ isSilenced }) => isSilenced).length;
      return `${told === 0 ? "none" : `${told} firing`}${silenced === 0 ? "" : `, ${silenced} silenced`}`;
    }),
    certificates: of(certificates, ([first]) => {
      const days = first?.days ?? 0;
      return days < 0 ? "one has ended" : `next ends in ${days} d`;
    }),
  };
}
