import { table } from "../../table";
import type { Capacity } from "../capacity";
import type { PlotFacts } from "../facts";
import { endOf } from "../problems";
import type {
  AlertView,
  ApplicationView,
  ClusterView,
  NodeView,
  Part,
  Severity,
  StatusView,
  UseView,
} from "../view";
import { blocks } from "./sparkline";
import {
  age,
  numbersOf,
  orchestratorNames,
  percent,
  plotCeilings,
  plotTitles,
  plotValue,
  releaseLine,
  reservedLine,
  roles,
  severityWords,
  summaryOf,
  symbols,
  verdict,
} from "./words";

/** One line of the status; colours are for whoever shows it. */
export interface Line {
  readonly severity: Severity | "none";
  readonly text: string;
}

/** The status for a terminal: what is wrong, and beside it how things are. */
export function terminalLines(view: StatusView): readonly Line[] {
  return [
    { severity: view.severity, text: `${symbols[view.severity]} ${verdict(view)}` },
    ...view.problems.map(problemLine),
    ...view.clusters.flatMap((cluster) => [plain(""), ...clusterLines(cluster, view.at)]),
  ];
}

const plain = (text: string): Line => ({ severity: "none", text });

function problemLine({ severity, text }: { severity: Severity; text: string }): Line {
  return { severity, text: `    ${symbols[severity]} ${text}` };
}

function clusterLines(cluster: ClusterView, at: string): readonly Line[] {
  const { stack, orchestrator, version, severity, problems } = cluster;
  const what = [orchestratorNames[orchestrator], ...(version === undefined ? [] : [version])];
  return [
    {
      severity,
      text: `${symbols[severity]} ${stack} (${what.join(" ")}): ${severityWords[severity]}`,
    },
    ...problems.map(problemLine),
    plain(""),
    ...facts(cluster),
    ...section("NODES", cluster.nodes, (nodes) => [
      ["", "NODE", "ROLE", "STATE", "VERSION", "CPU", "MEMORY", "DISK"],
      ...nodes.map(nodeRow),
    ]),
    ...section("APPLICATIONS", cluster.applications, (applications) => [
      ["", "APPLICATION", "RUNS", "APPLICATION VERSION", "ENVIRONMENT VERSION", "RELEASE"],
      ...applications.map((one) => applicationRow(one, at)),
    ]),
    ...section("ALERTS", cluster.alerts, (alerts) =>
      alerts.length === 0
        ? []
        : [
            ["", "ALERT", "SEVERITY", "OWNER", "FOR", "WHAT", "RUNBOOK"],
            ...alerts.map((one) => alertRow(one, at)),
          ],
    ),
    ...section("CERTIFICATES", cluster.certificates, (certificates) =>
      certificates.map(({ severity: of, name, days }) => [symbols[of], name, endOf(days)]),
    ),
  ];
}

/** What fits on a line each. */
function facts(cluster: ClusterView): readonly Line[] {
  const { quorum, nodes, alerts, capacity, plots } = cluster;
  const numbers = numbersOf(cluster);
  const rows = [
    ["quorum", told(quorum, ({ text }) => text)],
    ["nodes", told(nodes, () => numbers.nodes)],
    ["alerts", told(alerts, () => numbers.alerts)],
    ["reserved", told(capacity, capacityText)],
    ...("value" in plots
      ? plots.value.map((plot) => [plotTitles[plot.name], plotText(plot)])
      : [["last hours", told(plots, () => "")]]),
  ];
  return table(rows).map((text) => plain(`    ${text}`));
}

/** Why something is not known stands among the problems. */
function told<T>(part: Part<T>, tell: (value: T) => string): string {
  if ("value" in part) return tell(part.value);
  return part.severity === "unknown" ? "unknown" : `not there: ${part.reason}`;
}

function capacityText({ cpus, memoryBytes, withoutOne }: Capacity): string {
  const pair = (one: Pick<Capacity, "cpus" | "memoryBytes">) =>
    `${reservedLine(one.cpus, "cpus")}, ${reservedLine(one.memoryBytes, "memoryBytes")}`;
  return withoutOne === undefined
    ? pair({ cpus, memoryBytes })
    : `${pair({ cpus, memoryBytes })}; with ${withoutOne.node} lost ${pair(withoutOne)}`;
}

function plotText(plot: PlotFacts): string {
  const summary = summaryOf(plot);
  if (summary === undefined) return "no data";
  const { now, highest } = summary;
  const value = (of: number) => plotValue(plot.name, of);
  return `${blocks(plot.values, { ceiling: plotCeilings[plot.name] })} ${now === undefined ? "none now" : value(now)}, at most ${value(highest)}`;
}

function section<T>(
  title: string,
  part: Part<readonly T[]>,
  rows: (all: readonly T[]) => readonly (readonly string[])[],
): readonly Line[] {
  if (!("value" in part)) return [plain(""), plain(`  ${title}  ${told(part, () => "")}`)];
  const made = rows(part.value);
  if (made.length === 0) return [plain(""), plain(`  ${title}  none`)];
  return [plain(""), plain(`  ${title}`), ...table(made).map(lineOfRow)];
}

/** A row begins with its symbol. */
function lineOfRow(text: string): Line {
  const found = (["critical", "warning", "unknown", "ok"] as const).find((one) =>
    text.startsWith(`${symbols[one]} `),
  );
  return { severity: found ?? "none", text: `  ${text}` };
}

function nodeRow({ severity, name, role, state, version, cpu, memory, disk }: NodeView) {
  const used = (use: UseView | undefined) => (use === undefined ? "-" : percent(use.used));
  const fullest = disk === undefined ? "-" : `${used(disk)} ${disk.mountpoint}`;
  return [symbols[severity], name, roles[role], state, version, used(cpu), used(memory), fullest];
}

function applicationRow(
  { severity, name, stack, isPlatform, tasks, release, failedSince }: ApplicationView,
  at: string,
) {
  const runs = tasks === undefined ? "unknown" : `${tasks.running} of ${tasks.wanted}`;
  const origin = isPlatform
    ? "of the platform"
    : stack === undefined
      ? "of no Pulumi stack here"
      : "none";
  const last = release === undefined ? origin : releaseLine(release, at);
  const failure = failedSince === undefined ? "" : `; #${failedSince.number} failed`;
  return [
    symbols[severity],
    stack ?? name,
    runs,
    release?.applicationVersion ?? "-",
    release?.environmentVersion ?? "-",
    `${last}${failure}`,
  ];
}

function alertRow(
  { level, name, severity, owner, since, summary, runbook, isSilenced }: AlertView,
  at: string,
) {
  return [
    symbols[level],
    name,
    isSilenced ? `${severity}, silenced` : severity,
    owner ?? "-",
    age(since, at),
    summary,
    runbook ?? "-",
  ];
}

const escapes: Readonly<Record<Severity, string>> = {
  ok: "32",
  warning: "33",
  critical: "31",
  unknown: "36",
};

/** A line in its colour, for a terminal that has some. */
export function painted({ severity, text: said }: Line, hasColours: boolean): string {
  // Names and summaries come from elsewhere: they must not steer the terminal.
  const text = said.replace(/\p{Cc}/gu, " ");
  if (!hasColours || severity === "none") return text;
  return `\u001b[${escapes[severity]}m${text}\u001b[0m`;
}
