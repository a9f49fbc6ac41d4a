import { wordsOf } from "../orchestratorWords";
import type { ClusterFacts } from "./facts";
import { bySeverity } from "./severity";
import type {
  ApplicationView,
  ClusterParts,
  NodeView,
  Part,
  Problem,
  Severity,
  UseView,
} from "./view";

interface Finding {
  readonly severity: Severity;
  readonly text: string;
}

/** What is wrong with a cluster, and what nobody knows of it, in sentences; the worst first. */
export function problemsOf(facts: ClusterFacts, parts: ClusterParts): readonly Problem[] {
  const { quorum, nodes, applications, alerts, certificates, capacity } = parts;
  const found = [
    ...gaps(facts, parts),
    ...about(quorum, ({ text }, severity) => [{ severity, text }]),
    ...about(nodes, (all) => all.flatMap(nodeFindings)),
    ...about(applications, (all) => all.flatMap(applicationFindings)),
    ...about(alerts, (all) =>
      all.flatMap(({ level, name, summary }) =>
        level === "none" ? [] : [{ severity: level, text: `${name}: ${summary}` }],
      ),
    ),
    ...about(certificates, (all) =>
      all.map(({ severity, name, days }) => ({ severity, text: `${name} ${endOf(days)}` })),
    ),
    ...about(capacity, ({ withoutOne }, severity) => [
      {
        severity,
        text: `with ${withoutOne?.node ?? "a node"} lost, the others have no room for what is reserved`,
      },
    ]),
  ];
  return found.filter(isProblem).sort(bySeverity);
}

function isProblem(finding: Finding): finding is Problem {
  return finding.severity !== "ok";
}

/** `ends in 3 days`. */
export function endOf(days: number): string {
  if (days < 0) return "has ended";
  if (days === 0) return "ends within a day";
  return `ends in ${days} day${days === 1 ? "" : "s"}`;
}

function about<T>(
  part: Part<T>,
  findings: (value: T, severity: Severity) => readonly Finding[],
): readonly Finding[] {
  return "value" in part ? findings(part.value, part.severity) : [];
}

/** One for each source that could not be asked, however many parts come from it. */
function gaps(
  { members, measures, alerts, orchestrator }: ClusterFacts,
  parts: Pick<ClusterParts, "alerts" | "capacity">,
): readonly Finding[] {
  const unknown = (text: string): Finding => ({ severity: "unknown", text });
  const found: Finding[] = [];
  if (members.kind === "unknown")
    found.push(
      unknown(`the ${wordsOf({ orchestrator }).cluster} can't be asked: ${members.reason}`),
    );
  else if ("reason" in parts.capacity) found.push(unknown(parts.capacity.reason));
  if (measures.kind === "unknown" && alerts.kind === "unknown" && measures.reason === alerts.reason)
    return [...found, unknown(`monitoring can't be asked: ${measures.reason}`)];
  if (measures.kind === "unknown")
    found.push(unknown(`Prometheus can't be asked: ${measures.reason}`));
  if (alerts.kind === "unknown")
    found.push(unknown(`Alertmanager can't be asked: ${alerts.reason}`));
  else if (alerts.kind === "known" && "reason" in parts.alerts)
    found.push(unknown(parts.alerts.reason));
  return found;
}

function nodeFindings({
  name,
  state,
  stateSeverity,
  cpu,
  memory,
  disk,
}: NodeView): readonly Finding[] {
  const used = (what: string, use: UseView | undefined): readonly Finding[] =>
    use === undefined
      ? []
      : [
          {
            severity: use.severity,
            text: `node ${name}: ${what} is used to ${Math.floor(use.used * 100)} %`,
          },
        ];
  return [
    { severity: stateSeverity, text: `node ${name} is ${state}` },
    ...used("CPU", cpu),
    ...used("memory", memory),
    ...used(`the disk at ${disk?.mountpoint ?? "/"}`, disk),
  ];
}

function applicationFindings({
  name,
  stack,
  release,
  failedSince,
  severity: own,
  services,
}: ApplicationView): readonly Finding[] {
  const title = stack ?? name;
  const isGone = own === "critical" && services.length === 0;
  return [
    ...services.map(({ severity, name: service, running, wanted }) => ({
      severity,
      text: `${title}: ${running} of ${wanted} of ${service} run`,
    })),
    ...(isGone
      ? [{ severity: "critical" as const, text: `${title}: nothing of it is on the cluster` }]
      : []),
    ...(failedSince === undefined
      ? []
      : [
          {
            severity: "warning" as const,
            text: `${title}: release #${failedSince.number} has failed, #${release?.number ?? "none"} runs`,
          },
        ]),
  ];
}
