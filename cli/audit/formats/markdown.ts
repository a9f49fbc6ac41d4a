import type { Evidence, ResultEvidence, RuleEvidence, StackEvidence } from "../evidence";

/** For a merge request, and for people. */
export function markdown(evidence: Evidence): string {
  const { made, tool, commit, source, stacks, exemptions } = evidence;
  const rules = new Map(evidence.rules.map((rule) => [rule.id, rule]));
  const blocks = [
    "# Policies",
    `${source === "preview" ? "What an update would make" : "What the state says is there"}, ` +
      `asked at ${made} by slipway ${tool.version}${commit === undefined ? "" : ` on commit ${commit}`}.`,
    table(
      [
        "Pulumi stack",
        "environment",
        "mandatory",
        "advisory",
        "undetermined",
        "exempted",
        "passed",
      ],
      stacks.map(({ stack, environment, summary: s }) => [
        stack,
        environment,
        s.violated.mandatory,
        s.violated.advisory,
        s.undetermined,
        s.exempted,
        s.passed,
      ]),
    ),
    ...stacks.flatMap((stack) => section(stack, rules)),
    ...(exemptions.length === 0
      ? []
      : [
          "## Exemptions of the site",
          table(
            ["rule", "stack", "resource", "reason", "owner", "last day", ""],
            exemptions.map((one) => [
              one.rule,
              one.stack,
              one.resource,
              one.reason,
              one.owner,
              one.expires,
              one.isExpired ? "**expired**" : one.isUsed ? "" : "exempts nothing here",
            ]),
          ),
        ]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function section(
  stack: StackEvidence,
  rules: ReadonlyMap<string, RuleEvidence>,
): readonly string[] {
  const of = (outcome: ResultEvidence["outcome"], level?: ResultEvidence["level"]) =>
    stack.results.filter(
      (one) => one.outcome === outcome && (level === undefined || one.level === level),
    );
  return [
    `## ${stack.stack}`,
    ...plan(stack),
    ...findings("Mandatory: these stop the update", of("violated", "mandatory"), rules),
    ...findings("Advisory", of("violated", "advisory"), rules),
    ...findings("Undetermined: judged at the update", of("undetermined"), rules),
    ...(stack.summary.exempted === 0
      ? []
      : [
          "### Exempted",
          table(
            ["rule", "resource", "finding", "reason", "until"],
            of("exempted").map(({ rule, resource, messages, exempt }) => [
              rule,
              resource,
              messages.join("; "),
              exempt?.reason ?? "",
              exempt?.expires ?? "always: a part of the platform",
            ]),
          ),
        ]),
    ...(stack.images.length === 0
      ? []
      : ["### Images", stack.images.map((image) => `- \`${image}\``).join("\n")]),
  ];
}

function plan({ plan: planned }: StackEvidence): readonly string[] {
  if (planned === undefined) return [];
  const { actions, nodes, services, quorum } = planned;
  const list = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));
  return [
    "### Plan",
    table(
      ["", ""],
      [
        [
          "resources by action",
          list(Object.entries(actions).map(([op, count]) => `${op}: ${count}`)),
        ],
        ["nodes touched", list(nodes)],
        ["services displaced", list(services)],
        ...(quorum === undefined
          ? []
          : [
              [
                "quorum after",
                `${quorum.deciding} managers or control planes, of which ${quorum.mayBeLost} may be lost`,
              ],
            ]),
      ],
    ),
  ];
}

function findings(
  title: string,
  results: readonly ResultEvidence[],
  rules: ReadonlyMap<string, RuleEvidence>,
): readonly string[] {
  if (results.length === 0) return [];
  return [
    `### ${title}`,
    table(
      ["rule", "severity", "resource", "finding", "how to mend it"],
      results.map(({ rule, resource, messages }) => [
        rule,
        rules.get(rule)?.severity ?? "",
        resource,
        messages.join("; "),
        rules.get(rule)?.remedy ?? "",
      ]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Texts of resources are nobody's to make tables, links or tags of. */
function cell(value: string | number): string {
  return String(value)
    .replace(/[\\|<>[\]]/g, (character) => `\\${character}`)
    .replace(/\s+/g, " ");
}
