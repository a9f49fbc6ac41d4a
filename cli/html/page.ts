/** Pages that stand on their own: no script, nothing from elsewhere, light and dark as the reader has it. */

/** Colours by what they mean. Each pair of text and ground has a contrast of 4.5 and more, in light and in dark. */
const base = `
:root { color-scheme: light dark; --text: #1b1f24; --muted: #57606a; --ground: #fff; --soft: #f6f8fa; --line: #d0d7de; --link: #0a58ca;
  --ok: #1a7f37; --ok-ground: #dafbe1; --warning: #7d4e00; --warning-ground: #fff8c5; --critical: #b42318; --critical-ground: #ffebe9; --unknown: #0b5cad; --unknown-ground: #ddf4ff; --quiet-ground: #eee }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --muted: #9aa5b1; --ground: #0d1117; --soft: #161b22; --line: #30363d; --link: #6cb0ff;
  --ok: #56d364; --ok-ground: #10301c; --warning: #e3b341; --warning-ground: #322a0c; --critical: #ff9492; --critical-ground: #43181a; --unknown: #79c0ff; --unknown-ground: #10283f; --quiet-ground: #21262d } }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: var(--text); background: var(--ground); overflow-wrap: anywhere }
a { color: var(--link) }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top }
th { background: var(--soft) }
code { font-size: .9em }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.scroll { overflow-x: auto; margin: .5rem 0 1.5rem; overflow-wrap: normal }
`.trim();

export interface Page {
  readonly title: string;
  /** CSS beside that of all pages. */
  readonly style: string;
  /** HTML. */
  readonly body: string;
}

export function page({ title, style, body }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(title)}</title>
<style>
${base}
${style}
</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** @param rows of cells that are HTML already, each with the class of its row where it has one */
export function table(
  label: string,
  head: readonly string[],
  rows: readonly { readonly cells: readonly string[]; readonly kind?: string }[],
): string {
  if (rows.length === 0) return "<p>None.</p>";
  const first = head.map((name) => `<th scope="col">${name}</th>`).join("");
  const others = rows.map(
    ({ cells, kind }) =>
      `<tr${kind === undefined ? "" : ` class="${kind}"`}>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`,
  );
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escape(label)}"><table><thead><tr>${first}</tr></thead><tbody>
${others.join("\n")}
</tbody></table></div>`;
}

export function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

const names: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as it stands in HTML, in attributes too. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}
