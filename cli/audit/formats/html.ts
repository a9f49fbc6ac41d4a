import { code, escape, page, table } from "../../html/page";
import type { Evidence, ResultEvidence, RuleEvidence } from "../evidence";

const style = `
.violated-mandatory { background: var(--critical-ground) } .violated-advisory { background: var(--warning-ground) }
.scroll td:first-child { white-space: nowrap }
.undetermined { background: var(--unknown-ground) } .exempted { background: var(--quiet-ground) }
`.trim();

/** One page that stands on its own: no script, nothing from elsewhere. */
export function html(evidence: Evidence): string {
  const { made, tool, commit, source, stacks, exemptions, rules, decisions } = evidence;
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const sum = evidence.summary;
  const body = `<main>
<h1>Policies</h1>
<p>${source === "preview" ? "What an update would make" : "What the state says is there"}, asked at ${escape(made)} by slipway ${escape(tool.version)}${commit === undefined ? "" : `, commit <code>${escape(commit)}</code>`}.</p>
<p>${sum.violated.mandatory} mandatory, ${sum.violated.advisory} advisory, ${sum.undetermined} undetermined, ${sum.exempted} exempted, ${sum.passed} passed.</p>
${table(
  "Files with decisions",
  ["decided in", "SHA-256"],
  decisions.map(({ file, sha256 }) => ({ cells: [code(file), code(sha256)] })),
)}
${stacks
  .map(
    ({ stack, environment, results, images, resources }) => `<h2>${escape(stack)}</h2>
<p>Environment ${escape(environment)}, ${resources} resources.</p>
${resultTable(stack, results, byId)}
${images.length === 0 ? "" : `<h3>Images</h3><ul>${images.map((image) => `<li>${code(image)}</li>`).join("")}</ul>`}`,
  )
  .join("\n")}
<h2>Exemptions of the site</h2>
${table(
  "Exemptions of the site",
  ["rule", "stack", "resource", "reason", "owner", "last day", "use"],
  exemptions.map((one) => ({
    cells: [
      escape(one.rule),
      escape(one.stack),
      escape(one.resource),
      escape(one.reason),
      escape(one.owner),
      escape(one.expires),
      one.isExpired ? "expired" : one.isUsed ? "" : "exempts nothing here",
    ],
  })),
)}
<h2>Rules</h2>
${table(
  "Rules",
  ["id", "severity", "what has to be so", "why", "how to mend it", "follows"],
  rules.map((rule) => ({
    cells: [
      `<a id="${rule.id}">${rule.id}</a>`,
      rule.severity,
      escape(rule.title),
      escape(rule.rationale),
      escape(rule.remedy),
      rule.references.map(escape).join("<br>"),
    ],
  })),
)}
</main>`;
  return page({
    title: `Policies: ${stacks.map(({ stack }) => stack).join(", ")}`,
    style,
    body,
  });
}

const order = ["violated-mandatory", "violated-advisory", "undetermined", "exempted", "passed"];

/** What is wrong first; what passes is there, too: that it was looked at is what an auditor asks. */
function resultTable(
  stack: string,
  results: readonly ResultEvidence[],
  rules: ReadonlyMap<string, RuleEvidence>,
): string {
  const kindOf = ({ outcome, level }: ResultEvidence) =>
    outcome === "violated" ? `violated-${level}` : outcome;
  const sorted = [...results].sort((a, b) => order.indexOf(kindOf(a)) - order.indexOf(kindOf(b)));
  return table(
    `Results of ${stack}`,
    ["rule", "result", "level", "severity", "resource", "finding"],
    sorted.map((result) => {
      const { rule, resource, messages, exempt, urn, level, outcome } = result;
      const until =
        exempt === undefined
          ? ""
          : ` (${exempt.reason}${exempt.expires === undefined ? "" : `; ${exempt.owner ?? ""}, until ${exempt.expires}`})`;
      return {
        kind: kindOf(result),
        cells: [
          `<a href="#${rule}">${rule}</a>`,
          outcome,
          level,
          rules.get(rule)?.severity ?? "",
          `<span title="${escape(urn ?? "")}">${escape(resource)}</span>`,
          escape(messages.join("; ") + until),
        ],
      };
    }),
  );
}
