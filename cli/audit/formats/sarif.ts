import type { Evidence, ResultEvidence, RuleEvidence, StackEvidence } from "../evidence";

const levelOf = { mandatory: "error", advisory: "warning" } as const;
/** As code hosting sorts findings (`security-severity`). */
const scores: Readonly<Record<RuleEvidence["severity"], string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
};

/**
 * SARIF 2.1.0. What passes is left out; what is exempted is a suppressed result, and what is undetermined an open one.
 */
export function sarif({ tool, rules, stacks, made, commit }: Evidence): string {
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: tool.name,
            semanticVersion: tool.version,
            rules: rules.map((rule) => ({
              id: rule.id,
              shortDescription: { text: rule.title },
              fullDescription: { text: rule.rationale },
              help: { text: rule.remedy },
              properties: { "security-severity": scores[rule.severity], tags: rule.references },
            })),
          },
        },
        invocations: [{ executionSuccessful: true, endTimeUtc: made }],
        ...(commit !== undefined && { properties: { commit } }),
        results: stacks.flatMap((stack) =>
          stack.results
            .filter(({ outcome }) => outcome !== "passed")
            .map((result) => resultOf(result, stack, rules)),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function resultOf(result: ResultEvidence, { stack }: StackEvidence, rules: Evidence["rules"]) {
  const { rule, outcome, level, messages, resource, urn, exempt } = result;
  const kind = outcome === "undetermined" ? "open" : "fail";
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    kind,
    level: kind === "open" ? "none" : levelOf[level],
    message: { text: `${resource}: ${messages.join("; ")}` },
    locations: [
      {
        // A resource is at no line of a file: code hosting wants one all the same.
        physicalLocation: {
          artifactLocation: { uri: `stacks/Pulumi.${stack}.yaml` },
          region: { startLine: 1 },
        },
        logicalLocations: [{ name: resource, fullyQualifiedName: urn ?? stack, kind: "resource" }],
      },
    ],
    partialFingerprints: { "slipway/v1": `${rule} ${urn ?? stack}` },
    ...(exempt !== undefined && {
      suppressions: [{ kind: "external", status: "accepted", justification: exempt.reason }],
    }),
  };
}
