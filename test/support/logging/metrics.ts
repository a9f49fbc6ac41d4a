/** Names of metrics that programs of logging really have, each with its labels: recorded from the programs themselves. */
import { readFileSync } from "node:fs";
import path from "node:path";

/** The programs, each with a record of its own. */
export type Measured = "collector" | "gateway";

/** Where the record of a program is. */
export function recordOf(program: Measured): string {
  return path.join(__dirname, `../../fixtures/logging/${program}.metrics.txt`);
}

/** What a page of metrics has, without its figures: `name{label,label}`, one a line. */
export function namesIn(page: string): string {
  const labels = new Map<string, Set<string>>();
  for (const line of page.split("\n")) {
    const [, name, inner = ""] = /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name === undefined) continue;
    const known = labels.get(name) ?? new Set();
    for (const [, label = ""] of inner.matchAll(/([a-z_]+)="/g)) known.add(label);
    labels.set(name, known);
  }
  return [...labels]
    .map(([name, known]) => `${name}{${[...known].sort().join(",")}}\n`)
    .sort()
    .join("");
}

/** What was recorded of a program: labels by name. */
export function recorded(program: Measured): Readonly<Record<string, readonly string[]>> {
  const lines = readFileSync(recordOf(program), "utf8").trimEnd().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = "", labels = ""] = /^(.+)\{(.*)\}$/.exec(line) ?? [];
      return [name, labels === "" ? [] : labels.split(",")];
    }),
  );
}
