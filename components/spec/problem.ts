/** Where something stands in a file: property names and list indices, from the root. */
export type Path = readonly (string | number)[];

export type Severity = "error" | "warning";

/** Something wrong in a spec file, at its place. */
export interface Problem {
  /** File as the caller named it. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1, in characters. */
  readonly column: number;
  /** `nodePools.managers.count`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong and what to do. */
  readonly message: string;
  readonly severity: Severity;
}

/** A valid spec with what its author should know all the same. */
export interface Loaded<T> {
  readonly spec: T;
  /** Warnings, for the caller to show. */
  readonly warnings: readonly Problem[];
  /** What turns out to be wrong later, held against facts: a problem at its place in the file. */
  readonly problemAt: (path: Path, message: string) => Problem;
}

/** A spec file with errors: carries every problem of the file, warnings included. Its message is for users. */
export class SpecError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(renderProblem).join("\n"));
    this.name = "SpecError";
    // The place of the mistake is in the user's file: where our code noticed it helps nobody.
    this.stack = this.message;
  }
}

/** `stacks/lab/cluster.yml:14:12 nodePools.managers.count: must be odd …`; a warning says so. */
export function renderProblem(problem: Problem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const severity = problem.severity === "warning" ? "warning: " : "";
  const path = problem.path === "" ? "" : `${problem.path}: `;
  return `${place} ${severity}${path}${problem.message}`;
}

/** `hosts[0].labels["a.b"]`: names that are no plain words stand in brackets. */
export function renderPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[A-Za-z_][\w-]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/**
 * Problems in the order in which a reader meets them, without repetitions: by file (those named here first, in this
 * order), then by place.
 */
export function inOrder(problems: readonly Problem[], files: readonly string[] = []): Problem[] {
  const unique = new Map(problems.map((problem) => [renderProblem(problem), problem]));
  const order = [...new Set([...files, ...problems.map(({ file }) => file)])];
  const rank = new Map(order.map((file, index) => [file, index]));
  const byFile = (problem: Problem) => rank.get(problem.file) ?? 0;
  return [...unique.values()].sort(
    (a, b) => byFile(a) - byFile(b) || a.line - b.line || a.column - b.column,
  );
}
