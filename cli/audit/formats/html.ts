import type { Evidence, ResultEvidence, RuleEvidence } from "../evidence";

const style = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1b1f24 }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem }
th, td { border: 1px solid #d0d7de; padding: .3rem .6rem; text-align: left; vertical-align: top }
th { background: #f6f8fa }
code { font-size: .9em; overflow-wrap: anywhere }
.violated-mandatory { background: #ffebe9 } .violated-advisory { background: #fff8c5 }
.undetermined { background: #ddf4ff } .exempted { background: #eee }
`.trim();

/** One page that stands on its own: no script, nothing from elsewhere. */
export function html(evidence: Evidence): string {
  const { made, tool, commit, source, stacks, exemptions, rules, decisions } = evidence;
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const sum = evidence.summary;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Policies: ${escape(stacks.map(({ stack }) => stack).join(", "))}</title>
<style>${style}</style>
</head>
<body>
<h1>Policies</h1>
<p>${source === "preview" ? "What an update would make" : "What the state says is there"}, asked at ${escape(made)} by slipway ${escape(tool.version)}${commit === undefined ? "" : `, commit <code>${escape(commit)}</code>`}.</p>
<p>${sum.violated.mandatory} mandatory, ${sum.violated.advisory} advisory, ${sum.undetermined} undetermined, ${sum.exempted} exempted, ${sum.passed} passed.</p>
${table(
  ["decided in", "SHA-256"],
  decisions.map(({ file, sha256 }) => [code(file), code(sha256)]),
)}
${stacks
  .map(
    ({ stack, environment, results, images, resources }) => `<h2>${escape(stack)}</h2>
<p>Environment ${escape(environment)}, ${resources} resources.</p>
${resultTable(results, byId)}
${images.length === 0 ? "" : `<h3>Images</h3><ul>${images.map((image) => `<li>${code(image)}</li>`).join("")}</ul>`}`,
  )
  .join("\n")}
<h2>Exemptions of the site</h2>
${table(
  ["rule", "stack", "resource", "reason", "owner", "last day", ""],
  exemptions.map((one) => [
    escape(one.rule),
    escape(one.stack),
    escape(one.resource),
    escape(one.reason),
    escape(one.owner),
    escape(one.expires),
    one.isExpired ? "expired" : one.isUsed ? "" : "exempts nothing here",
  ]),
)}
<h2>Rules</h2>
${table(
  ["id", "severity", "what has to be so", "why", "how to mend it", "follows"],
  rules.map((rule) => [
    `<a id="${rule.id}">${rule.id}</a>`,
    rule.severity,
    escape(rule.title),
    escape(rule.rationale),
    escape(rule.remedy),
    rule.references.map(escape).join("<br>"),
  ]),
)}
</body>
</html>
`;
}

/** What is wrong first; what passes is there, too: that it was looked at is what an auditor asks. */
function resultTable(
  results: readonly ResultEvidence[],
  rules: ReadonlyMap<string, RuleEvidence>,
): string {
  const order = ["violated-mandatory", "violated-advisory", "undetermined", "exempted", "passed"];
  const kindOf = ({ outcome, level }: ResultEvidence) =>
    outcome === "violated" ? `violated-${level}` : outcome;
  const sorted = [...results].sort((a, b) => order.indexOf(kindOf(a)) - order.indexOf(kindOf(b)));
  const rows = sorted.map((result) => {
    const { rule, resource, messages, exempt, urn, level, outcome } = result;
    const until =
      exempt === undefined
        ? ""
        : ` (${exempt.reason}${exempt.expires === undefined ? "" : `; ${exempt.owner ?? ""}, until ${exempt.expires}`})`;
    return `<tr class="${kindOf(result)}"><td><a href="#${rule}">${rule}</a></td><td>${outcome}</td><td>${level}</td><td>${rules.get(rule)?.severity ?? ""}</td><td title="${escape(urn ?? "")}">${escape(resource)}</td><td>${escape(messages.join("; ") + until)}</td></tr>`;
  });
  return `<table><tr>${["rule", "result", "level", "severity", "resource", "finding"].map((head) => `<th>${head}</th>`).join("")}</tr>\n${rows.join("\n")}\n</table>`;
}

/** @param rows of cells that are HTML already. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "<p>None.</p>";
  const cells = (tag: string, values: readonly string[]) =>
    `<tr>${values.map((value) => `<${tag}>${value}</${tag}>`).join("")}</tr>`;
  return `<table>${cells("th", head)}\n${rows.map((row) => cells("td", row)).join("\n")}\n</table>`;
}

function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

function escape(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}
