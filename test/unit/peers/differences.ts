import { renderPath, type Path } from "../../../components/spec/problem";

/** One place where two implementations make different things of a case. */
export interface Difference {
  readonly case: string;
  /** Path in the project; empty for a project that one of the two rejects. */
  readonly path: string;
  /** The value as JSON, `absent`, `loads`, or `error: …`. */
  readonly theirs: string;
  readonly ours: string;
}

/** What an implementation makes of a case: a project as plain data, or the text of its error. */
export type Outcome = { readonly project: unknown } | { readonly error: string };

/** Everything in which two outcomes of a case differ, down to the smallest value that does. */
export function differences(id: string, theirs: Outcome, ours: Outcome): Difference[] {
  if ("error" in theirs || "error" in ours) {
    if ("error" in theirs && "error" in ours) return [];
    return [{ case: id, path: "", theirs: verdict(theirs), ours: verdict(ours) }];
  }
  const found: Difference[] = [];
  compare([], theirs.project, ours.project, (path, a, b) => {
    found.push({ case: id, path: renderPath(path), theirs: shown(a), ours: shown(b) });
  });
  return found;
}

/** `loads`, or why not. */
export function verdict(outcome: Outcome): string {
  return "error" in outcome ? `error: ${outcome.error}` : "loads";
}

function shown(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}

type Report = (path: Path, theirs: unknown, ours: unknown) => void;

function compare(path: Path, theirs: unknown, ours: unknown, report: Report): void {
  if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length) {
    theirs.forEach((value, index) => {
      compare([...path, index], value, ours[index], report);
    });
  } else if (isMapping(theirs) && isMapping(ours)) {
    for (const key of [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].sort())
      compare([...path, key], theirs[key], ours[key], report);
  } else if (shown(theirs) !== shown(ours)) {
    report(path, theirs, ours);
  }
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
