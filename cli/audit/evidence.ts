import type { Result } from "../../policies/core/evaluate";
import type { Rule } from "../../policies/core/rule";
import { ofKind, type Stack } from "../../policies/core/subjects";
import { isAbout, isExpired, type Exemption } from "../../policies/exemptions/exemptions";
import type { Plan } from "./plan";

/** What an audit has looked at and found: everything that the files say, in an order that stays. */
export interface Evidence {
  /** Of this shape; goes up when it changes. */
  readonly version: 1;
  readonly tool: { readonly name: "slipway"; readonly version: string };
  /** ISO 8601. */
  readonly made: string;
  /** Of the checkout, where it is one. */
  readonly commit?: string;
  /** What was looked at: what an update would make, or what the state says is there. */
  readonly source: "preview" | "state";
  /** Files that the decisions come from, with the hash of their content. */
  readonly decisions: readonly { readonly file: string; readonly sha256: string }[];
  readonly summary: Summary;
  readonly stacks: readonly StackEvidence[];
  readonly exemptions: readonly ExemptionEvidence[];
  readonly rules: readonly RuleEvidence[];
}

export interface Summary {
  readonly passed: number;
  readonly violated: { readonly mandatory: number; readonly advisory: number };
  readonly undetermined: number;
  readonly exempted: number;
}

export interface StackEvidence {
  readonly stack: string;
  readonly environment: string;
  readonly resources: number;
  /** Images that its tasks run, digests and all. */
  readonly images: readonly string[];
  readonly summary: Summary;
  /** Of a preview. */
  readonly plan?: Plan;
  readonly results: readonly ResultEvidence[];
}

export interface ResultEvidence {
  readonly rule: string;
  readonly level: Result["level"];
  readonly outcome: Result["outcome"];
  /** As people on its layer call it; the stack's own name where the whole is meant. */
  readonly resource: string;
  readonly urn?: string;
  readonly messages: readonly string[];
  readonly exempt?: Result["exempt"];
}

export interface ExemptionEvidence {
  readonly rule: string;
  readonly stack: string;
  readonly resource: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  readonly isExpired: boolean;
  /** Something is exempted by it. */
  readonly isUsed: boolean;
  readonly place: string;
}

export interface RuleEvidence {
  readonly id: string;
  readonly title: string;
  readonly severity: Rule["severity"];
  readonly rationale: string;
  readonly remedy: string;
  readonly references: readonly string[];
}

export interface Audited {
  readonly view: Stack;
  readonly results: readonly Result[];
  readonly plan?: Plan;
}

export interface About extends Pick<Evidence, "made" | "commit" | "source" | "decisions"> {
  readonly toolVersion: string;
}

/** The document that all formats show. */
export function evidence(
  { toolVersion, made, commit, source, decisions }: About,
  audited: readonly Audited[],
  rules: readonly Rule[],
  exemptions: readonly Exemption[],
): Evidence {
  const stacks = [...audited].map(stackEvidence).sort((a, b) => compare(a.stack, b.stack));
  const now = new Date(made);
  return {
    version: 1,
    tool: { name: "slipway", version: toolVersion },
    made,
    ...(commit !== undefined && { commit }),
    source,
    decisions,
    summary: summary(stacks.flatMap(({ results }) => results)),
    stacks,
    exemptions: exemptions.map(({ place, ...exemption }) => ({
      rule: exemption.rule,
      stack: exemption.stack,
      resource: exemption.resource,
      reason: exemption.reason,
      owner: exemption.owner,
      expires: exemption.expires,
      isExpired: isExpired(exemption, now),
      isUsed: audited.some(({ view, results }) =>
        results.some(
          ({ rule, subject, outcome }) =>
            outcome === "exempted" && isAbout({ ...exemption, place }, rule.id, view.name, subject),
        ),
      ),
      place: `${place.file}:${place.line}:${place.column}`,
    })),
    rules: rules.map(({ id, title, severity, rationale, remedy, references }) => ({
      id,
      title,
      severity,
      rationale,
      remedy,
      references: references.map(({ source: of, name }) => `${of}: ${name}`),
    })),
  };
}

function stackEvidence({ view, results, plan }: Audited): StackEvidence {
  const told = results
    .map(({ rule, level, outcome, subject, messages, exempt }): ResultEvidence => ({
      rule: rule.id,
      level,
      outcome,
      resource: subject?.called ?? view.name,
      ...(subject !== undefined && { urn: subject.resource.urn }),
      messages,
      ...(exempt !== undefined && {
        exempt: {
          reason: exempt.reason,
          ...(exempt.owner !== undefined && { owner: exempt.owner }),
          ...(exempt.expires !== undefined && { expires: exempt.expires }),
        },
      }),
    }))
    .sort((a, b) => compare(a.rule, b.rule) || compare(a.urn ?? "", b.urn ?? ""));
  return {
    stack: view.name,
    environment: view.environment,
    resources: view.resources.length,
    images: images(view),
    summary: summary(told),
    ...(plan !== undefined && { plan }),
    results: told,
  };
}

function images(view: Stack): readonly string[] {
  const found = ofKind(view, "workload").flatMap((workload) => {
    try {
      return workload.containers().map((container) => container.image());
    } catch {
      // Not known yet: what can't be judged for that is told as undetermined.
      return [];
    }
  });
  return [...new Set(found)].sort(compare);
}

function summary(results: readonly Pick<ResultEvidence, "outcome" | "level">[]): Summary {
  const count = (outcome: Result["outcome"], level?: Result["level"]) =>
    results.filter((one) => one.outcome === outcome && (level ?? one.level) === one.level).length;
  return {
    passed: count("passed"),
    violated: {
      mandatory: count("violated", "mandatory"),
      advisory: count("violated", "advisory"),
    },
    undetermined: count("undetermined"),
    exempted: count("exempted"),
  };
}

/** By code unit: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
