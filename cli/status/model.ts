import { certificateDays } from "../../components/monitoring/rules/cluster";
import { alertsPart } from "./alerts";
import { applicationsPart } from "./applications";
import { capacityOf, type Capacity } from "./capacity";
import type { Asked, ClusterFacts, MemberFacts, StatusFacts } from "./facts";
import { nodeView, quorumView } from "./nodes";
import { problemsOf } from "./problems";
import { byName, bySeverity, withWorst, worst } from "./severity";
import type {
  CertificateView,
  ClusterParts,
  ClusterView,
  Part,
  Problem,
  Severity,
  StatusView,
} from "./view";

/** What the facts mean. */
export function statusView({ at, toolVersion, clusters, unreadable }: StatusFacts): StatusView {
  const views = clusters
    .map((cluster) => clusterView(cluster, new Date(at)))
    .sort((a, b) => bySeverity(a, b) || byName(a.stack, b.stack));
  const problems = unreadable.map(({ stack, reason }): Problem => ({
    severity: "unknown",
    text: `the Pulumi stack ${stack} can't be read: ${reason}`,
  }));
  return {
    version: 1,
    at,
    toolVersion,
    severity: worst([...views, ...problems].map(({ severity }) => severity)),
    clusters: views,
    problems,
  };
}

function clusterView(facts: ClusterFacts, at: Date): ClusterView {
  const { stack, orchestrator, version, members, measures } = facts;
  const use = measures.kind === "known" ? measures.value.nodes : {};
  const parts: ClusterParts = {
    quorum: part(members, ({ nodes }) => quorumView(nodes, orchestrator)),
    nodes: part(members, ({ nodes }) =>
      withWorst(
        [...nodes]
          .sort((a, b) => byName(a.name, b.name))
          .map((node) => nodeView(node, use[node.name])),
      ),
    ),
    applications: applicationsPart(facts),
    alerts: alertsPart(facts.alerts),
    certificates: certificatesPart(facts, at),
    capacity: capacityPart(members),
    plots: part(measures, ({ plots }) => ({ severity: "ok", value: plots })),
  };
  const problems = problemsOf(facts, parts);
  return {
    stack,
    orchestrator,
    ...(version !== undefined && { version }),
    severity: worst(problems.map(({ severity }) => severity)),
    problems,
    ...parts,
  };
}

function part<F, T>(
  asked: Asked<F>,
  view: (facts: F) => { readonly severity: Severity; readonly value: T },
): Part<T> {
  if (asked.kind === "known") return view(asked.value);
  return { severity: asked.kind === "unknown" ? "unknown" : "none", reason: asked.reason };
}

const dayMs = 86_400_000;

/** Certificates, those that end first before the others, with the bounds that the alerts have. */
function certificatesPart(
  { certificates, measures }: ClusterFacts,
  at: Date,
): Part<readonly CertificateView[]> {
  const seen = measures.kind === "known" ? measures.value.certificates : [];
  const all = [...certificates, ...seen]
    .map((one): CertificateView => {
      const days = Math.floor((Date.parse(one.expires) - at.getTime()) / dayMs);
      return { ...one, days, severity: certificateSeverity(days) };
    })
    .sort((a, b) => a.days - b.days || byName(a.name, b.name));
  if (all.length > 0) return withWorst(all);
  return { severity: "none", reason: "no certificate of this cluster is known" };
}

function certificateSeverity(days: number): Severity {
  if (days < certificateDays.critical) return "critical";
  return days < certificateDays.warning ? "warning" : "ok";
}

function capacityPart(members: Asked<MemberFacts>): Part<Capacity> {
  if (members.kind !== "known")
    return { severity: members.kind === "unknown" ? "unknown" : "none", reason: members.reason };
  const value = capacityOf(members.value.nodes);
  if (value === undefined)
    return { severity: "unknown", reason: "no node that is ready takes work" };
  return { severity: value.withoutOne?.fits === false ? "warning" : "ok", value };
}
