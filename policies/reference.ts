/** Writes docs/reference/policies.md from the rules: `node --require tsx/cjs policies/reference.ts`. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { format } from "prettier";
import { admissible } from "./admission/objects";
import { builtIn } from "./exemptions/builtIn";
import type { Parameter } from "./core/parameters";
import { sources, type Rule } from "./core/rule";
import { rules } from "./rules";
import { yardstick } from "./yardstick";

export const referenceFile = path.join(__dirname, "../docs/reference/policies.md");

const groups = {
  "SLW-APP": "Applications",
  "SLW-VM": "Machines",
  "SLW-CLU": "Clusters",
  "SLW-STK": "Pulumi stacks",
} as const;

/** The reference page of the rules, as it is committed. */
export async function policiesReference(): Promise<string> {
  const blocks = [
    "# Rules of the policy pack",
    "Made from the code by `node --require tsx/cjs policies/reference.ts`; [policies.md](../policies.md) is the guide.",
    ...Object.entries(groups).flatMap(([prefix, title]) => [
      `## ${title}`,
      overview(rules.filter(({ id }) => id.startsWith(prefix))),
    ]),
    "## Each rule",
    ...rules.flatMap(section),
    "## Parts of the platform that are exempted by the pack",
    table(
      ["rules", "of", "why"],
      builtIn.map(({ rules: ids, within, name, reason }) => [
        ids.map(linked).join(", "),
        `\`${within}\`${name === undefined ? "" : ` (\`${name.source}\`)`}`,
        reason,
      ]),
    ),
    "## What public linters check",
    `Checks that ${sources.KubeLinter}, ${sources.Polaris} and ${sources["kube-score"]} ship, which rule sees the same, and why none has to where there is none. A test for each gives the rule a manifest that the check was made for.`,
    table(
      ["linter", "check", "rule", "why none"],
      yardstick.map(({ source, check, rules: ids, why = "" }) => [
        source,
        `\`${check}\``,
        ids.map(linked).join(", "),
        why,
      ]),
    ),
  ];
  return format(blocks.join("\n\n"), { parser: "markdown", printWidth: 120 });
}

const atAdmission = new Set(admissible().map(({ id }) => id));

function overview(of: readonly Rule[]): string {
  return table(
    ["rule", "what has to be so", "severity", "at admission"],
    of.map((rule) => [
      linked(rule.id),
      rule.title,
      rule.isAdvice === true ? `${rule.severity}, advice` : rule.severity,
      atAdmission.has(rule.id) ? "yes" : "",
    ]),
  );
}

function section(rule: Rule): readonly string[] {
  const { id, title, rationale, remedy, references, parameters } = rule;
  const named = Object.entries(parameters);
  return [
    `### ${id}`,
    `${title}. ${rationale}`,
    `**How to mend it:** ${remedy}`,
    ...(named.length === 0
      ? []
      : [
          table(
            ["parameter", "default", "meaning"],
            named.map(([name, parameter]) => [`\`${name}\``, shown(parameter), parameter.meaning]),
          ),
        ]),
    `Follows: ${references.map(({ source, name }) => `${source} _${name}_`).join("; ")}.`,
  ];
}

function shown(parameter: Parameter): string {
  const { default: value } = parameter;
  if (Array.isArray(value))
    return value.length === 0 ? "none" : value.map((v) => `\`${String(v)}\``).join(", ");
  return typeof value === "object" ? "none" : `\`${String(value)}\``;
}

function linked(id: string): string {
  return `[${id}](#${id.toLowerCase()})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

async function main(): Promise<void> {
  await writeFile(referenceFile, await policiesReference());
}

if (require.main === module) void main();
