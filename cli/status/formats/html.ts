import { code, escape, page, table } from "../../html/page";
import type { Capacity } from "../capacity";
import { shareOf, type Reserved } from "../capacity";
import type { PlotFacts } from "../facts";
import { endOf } from "../problems";
import type {
  AlertView,
  ApplicationView,
  CertificateView,
  ClusterView,
  NodeView,
  Part,
  Problem,
  QuorumView,
  Severity,
  StatusView,
  UseView,
} from "../view";
import { sparkline } from "./sparkline";
import { style } from "./style";
import {
  age,
  moment,
  numbersOf,
  orchestratorNames,
  percent,
  plotCeilings,
  plotTitles,
  plotValue,
  reservedLine,
  roles,
  severityWords,
  summaryOf,
  symbols,
  verdict,
} from "./words";

/** One page that stands on its own, to be looked at: what is wrong comes first, and all of it is there without a click. */
export function html(view: StatusView): string {
  const { at, toolVersion, severity, clusters, problems } = view;
  const body = `<header>
<h1>Status</h1>
<p class="verdict ${severity}" role="status"><span aria-hidden="true">${symbols[severity]}</span> ${escape(sentence(verdict(view)))}</p>
<p class="muted">Asked ${time(at)} by slipway ${escape(toolVersion)}. <span class="ok"><span class="mark">${symbols.ok}</span> healthy</span>, <span class="warning"><span class="mark">${symbols.warning}</span> warning</span>, <span class="critical"><span class="mark">${symbols.critical}</span> critical</span>, <span class="unknown"><span class="mark">${symbols.unknown}</span> unknown: it could not be asked</span>.</p>
${problemList(problems)}
${clusters.length > 1 ? cards(clusters) : ""}
</header>
<main>
${clusters.map((cluster, index) => clusterSection(cluster, `cluster-${index + 1}`, at)).join("\n")}
</main>`;
  return page({ title: `Status: ${verdict(view)}`, style, body });
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function time(iso: string): string {
  return `<time datetime="${escape(iso)}">${escape(moment(iso))}</time>`;
}

function badge(severity: Severity): string {
  return `<span class="badge ${severity}"><span aria-hidden="true">${symbols[severity]}</span> ${severityWords[severity]}</span>`;
}

/** What a row is, in a symbol; the word is for those who hear the page. */
function mark(severity: Severity | "none"): string {
  return `<span class="mark ${severity}" role="img" aria-label="${severity === "none" ? "silenced" : severityWords[severity]}">${symbols[severity]}</span>`;
}

function cards(clusters: readonly ClusterView[]): string {
  const items = clusters.map((cluster, index) => {
    const { nodes, applications, alerts, certificates } = numbersOf(cluster);
    const numbers = { nodes, applications, alerts, certificates };
    const rows = Object.entries(numbers).map(
      ([name, text]) => `<dt>${name}</dt><dd>${escape(text)}</dd>`,
    );
    return `<li class="${cluster.severity}"><a href="#cluster-${index + 1}">${badge(cluster.severity)} <b>${escape(cluster.stack)}</b> <small>${orchestratorNames[cluster.orchestrator]}</small><dl>${rows.join("")}</dl></a></li>`;
  });
  return `<nav aria-label="Clusters"><ul class="cards">${items.join("\n")}</ul></nav>`;
}

function problemList(problems: readonly Problem[]): string {
  if (problems.length === 0) return "";
  const items = problems.map(
    ({ severity, text }) => `<li class="${severity}">${mark(severity)}${escape(text)}</li>`,
  );
  return `<ul class="plain problems" aria-label="Problems">${items.join("\n")}</ul>`;
}

function clusterSection(cluster: ClusterView, id: string, at: string): string {
  const { stack, orchestrator, version, severity, problems } = cluster;
  const { quorum, nodes, capacity, plots, applications, alerts, certificates } = cluster;
  const numbers = numbersOf(cluster);
  const fold = <T>(
    title: string,
    number: string,
    part: Part<readonly T[]>,
    content: (all: readonly T[]) => string,
  ) =>
    `<details${part.severity === "ok" || part.severity === "none" ? "" : " open"}><summary>${title}: ${escape(number)}</summary>
${shown(part, content)}</details>`;
  return `<section class="cluster" id="${id}" aria-labelledby="${id}-title">
<header>${badge(severity)} <h2 id="${id}-title">${escape(stack)}</h2> <small>${orchestratorNames[orchestrator]}${version === undefined ? "" : `, cluster.yml ${escape(version)}`}</small></header>
${problemList(problems)}
<div class="tiles">
<div><h3>Quorum</h3>${shown(quorum, quorumTile)}</div>
<div><h3>Nodes</h3>${shown(nodes, nodeTile)}</div>
<div><h3>Reserved</h3>${shown(capacity, capacityTile)}</div>
</div>
<div class="tiles plots">
${"value" in plots ? plots.value.map(plot).join("\n") : `<div><h3>Last hours</h3>${shown(plots, () => "")}</div>`}
</div>
${fold("Applications", numbers.applications, applications, (all) => applicationTable(stack, all, at))}
${fold("Nodes", numbers.nodes, nodes, (all) => nodeTable(stack, all))}
${fold("Alerts", numbers.alerts, alerts, (all) => alertTable(stack, all, at))}
${fold("Certificates", numbers.certificates, certificates, (all) => certificateTable(stack, all))}
</section>`;
}

/** The content of a part, or that there is none: what is not known is never left out. Why it is not stands among the problems. */
function shown<T>(part: Part<T>, content: (value: T) => string): string {
  if ("value" in part) return content(part.value);
  const { severity, reason } = part;
  const text = severity === "unknown" ? "Unknown, for the reason above" : `Not there: ${reason}`;
  return `<p class="${severity}"><span class="mark" aria-hidden="true">${symbols[severity]}</span> ${escape(text)}</p>`;
}

function dots(severities: readonly (readonly [Severity, string])[], kind = ""): string {
  const each = severities.map(
    ([severity, title]) =>
      `<span class="${severity}" title="${escape(title)}">${symbols[severity]}</span>`,
  );
  return `<div class="dots${kind}" aria-hidden="true">${each.join("")}</div>`;
}

function quorumTile({ members, deciding, text }: QuorumView): string {
  const all = Array.from({ length: members }, (_, index): readonly [Severity, string] =>
    index < deciding ? ["ok", "takes part"] : ["critical", "away"],
  );
  return `${dots(all, " round")}<p>${escape(text)}</p>`;
}

function nodeTile(nodes: readonly NodeView[]): string {
  const ready = nodes.filter(({ isReady }) => isReady).length;
  const all = nodes.map(({ severity, name, state }) => [severity, `${name}: ${state}`] as const);
  return `${dots(all)}<p>${ready} of ${nodes.length} ready</p>`;
}

function capacityTile({ cpus, memoryBytes, withoutOne }: Capacity): string {
  const rows = (title: string, one: Pick<Capacity, "cpus" | "memoryBytes">) =>
    `<p><small>${escape(title)}</small></p>
${bar(reservedShare(one.cpus))}<p class="num">${escape(reservedLine(one.cpus, "cpus"))}</p>
${bar(reservedShare(one.memoryBytes))}<p class="num">${escape(reservedLine(one.memoryBytes, "memoryBytes"))}</p>`;
  return `${rows("now", { cpus, memoryBytes })}
${withoutOne === undefined ? "" : rows(`with ${withoutOne.node} lost`, withoutOne)}`;
}

function reservedShare(one: Reserved): UseView {
  const used = shareOf(one);
  return { used, severity: used > 1 ? "critical" : used > 0.9 ? "warning" : "ok" };
}

/** For the eye: the number stands beside it. */
function bar({ used, severity }: UseView): string {
  const width = Math.round(Math.min(Math.max(used, 0), 1) * 1000) / 10;
  return `<svg class="bar ${severity}" aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none"><rect width="${width}" height="1"/></svg>`;
}

function plot(one: PlotFacts): string {
  const title = plotTitles[one.name];
  const summary = summaryOf(one);
  if (summary === undefined)
    return `<figure><figcaption><h3>${title}</h3></figcaption><div class="nothing">no data</div></figure>`;
  const value = (of: number) => plotValue(one.name, of);
  const now = summary.now === undefined ? "none now" : value(summary.now);
  const most = value(summary.highest);
  const label = escape(`${title} over the last 6 hours: now ${now}, at most ${most}`);
  return `<figure><figcaption><h3>${title}</h3><span class="num"><b>${escape(now)}</b> <small>at most ${escape(most)}</small></span></figcaption>${sparkline(one.values, { label, ceiling: plotCeilings[one.name] })}</figure>`;
}

function use(one: (UseView & { readonly mountpoint?: string }) | undefined): string {
  if (one === undefined) return "–";
  const where = one.mountpoint === undefined ? "" : ` <small>${escape(one.mountpoint)}</small>`;
  return `<span class="num">${percent(one.used)}</span>${where}${bar(one)}`;
}

function nodeTable(cluster: string, nodes: readonly NodeView[]): string {
  return table(
    `Nodes of ${cluster}`,
    ["", "node", "role", "state", "version", "CPU", "memory", "disk"],
    nodes.map(({ severity, name, role, state, version, cpu, memory, disk }) => ({
      kind: severity,
      cells: [
        mark(severity),
        escape(name),
        roles[role],
        escape(state),
        escape(version),
        use(cpu),
        use(memory),
        use(disk),
      ],
    })),
  );
}

function applicationTable(
  cluster: string,
  applications: readonly ApplicationView[],
  at: string,
): string {
  return table(
    `Applications on ${cluster}`,
    ["", "application", "runs", "application version", "environment version", "last release"],
    applications.map((one) => ({
      kind: one.severity,
      cells: [
        mark(one.severity),
        title(one),
        runs(one),
        escape(one.release?.applicationVersion ?? "–"),
        escape(one.release?.environmentVersion ?? "–"),
        release(one, at),
      ],
    })),
  );
}

function title({ name, stack, environment, isPlatform }: ApplicationView): string {
  if (stack === undefined)
    return `${escape(name)} <small>${isPlatform ? "of the platform" : "of no Pulumi stack here"}</small>`;
  return `<b>${escape(stack)}</b>${environment === undefined ? "" : ` <small>${escape(environment)}</small>`}`;
}

function runs({ tasks, services }: ApplicationView): string {
  if (tasks === undefined) return "unknown";
  const short = services
    .filter(({ severity }) => severity !== "ok")
    .map(({ name, running, wanted }) => `<br>${escape(name)} ${running} of ${wanted}`);
  return `<span class="num">${tasks.running} of ${tasks.wanted}</span>${short.join("")}`;
}

function release({ release: one, failedSince }: ApplicationView, at: string): string {
  const failure =
    failedSince === undefined
      ? ""
      : `<br><span class="warning"><span class="mark">${symbols.warning}</span> #${failedSince.number} failed, ${time(failedSince.at)}, ${escape(failedSince.by)}</span>`;
  if (one === undefined) return failure === "" ? "–" : failure.slice("<br>".length);
  const kind = one.kind === "deploy" ? "" : ` (${one.kind})`;
  return `#${one.number}${kind}, ${time(one.at)} <small>${age(one.at, at)} ago</small>, ${escape(one.by)}${failure}`;
}

function alertTable(cluster: string, alerts: readonly AlertView[], at: string): string {
  return table(
    `Alerts of ${cluster}`,
    ["", "alert", "severity", "owner", "since", "what", "runbook"],
    alerts.map((alert) => ({
      kind: alert.level,
      cells: [
        mark(alert.level),
        `<b>${escape(alert.name)}</b>`,
        `${escape(alert.severity)}${alert.isSilenced ? ", silenced" : ""}`,
        escape(alert.owner ?? "–"),
        `${time(alert.since)} <small>${age(alert.since, at)}</small>`,
        escape(alert.summary),
        runbook(alert.runbook),
      ],
    })),
  );
}

/** What is a path in a repository leads nowhere from this page. */
function runbook(address: string | undefined): string {
  if (address === undefined) return "–";
  if (!/^https?:\/\//.test(address)) return code(address);
  return `<a href="${escape(address)}" rel="noreferrer">runbook</a>`;
}

function certificateTable(cluster: string, certificates: readonly CertificateView[]): string {
  return table(
    `Certificates of ${cluster}`,
    ["", "certificate", "left", "ends"],
    certificates.map(({ severity, name, days, expires }) => ({
      kind: severity,
      cells: [mark(severity), escape(name), escape(endOf(days)), time(expires)],
    })),
  );
}
