import { error, type Finding } from "../finding";
import type { Variables } from "../interpolation";
import { type Loaded, SpecError, inOrder } from "../problem";
import { SchemaCheck } from "../schemaCheck";
import { Source } from "../source";
import schema from "../stack.schema.json";
import { readSpecText } from "../text";
import type { StackFile } from "./file";
import { normalise } from "./normalise";
import { checkStack } from "./semantics";
import type { StackSpec } from "./types";

export interface LoadStackOptions {
  /** Variables for `${NAME}` in the file (`VERSION`, `REGISTRY`). Nothing else is read: pass the environment if it is to count. */
  readonly variables: Variables;
}

const check = new SchemaCheck(schema);

/**
 * Reads, interpolates, checks and normalises a `stack.yml`, a Compose file. What Slipway does not honour yet is an
 * error at its place, never silence.
 *
 * @throws SpecError with every problem of the file at once.
 */
export function loadStack(file: string, options: LoadStackOptions): Loaded<StackSpec> {
  return parseStack(file, readSpecText(file), options);
}

/** As `loadStack`, for text that is at hand; `file` says where it came from. */
export function parseStack(
  file: string,
  text: string,
  options: LoadStackOptions,
): Loaded<StackSpec> {
  const source = new Source(file, text);
  const wrongKind = otherKind(source.data());
  if (wrongKind !== undefined) throw new SpecError([source.locate(wrongKind)]);
  source.interpolate(options.variables);

  const checked = check.run(source);
  const data = (checked.data ?? {}) as StackFile;
  const findings = [...checked.findings];
  const normalised = normalise(data, options.variables, (finding) => findings.push(finding));
  findings.push(...checkStack(normalised, data));

  const problems = inOrder([
    ...source.problems,
    ...findings.map((finding) => source.locate(finding)),
  ]);
  if (problems.some((problem) => problem.severity === "error")) throw new SpecError(problems);
  return {
    spec: normalised.spec,
    warnings: problems,
    problemAt: (path, message) => source.locate(error(path, message)),
  };
}

function otherKind(data: unknown): Finding | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  if ((data as { kind?: unknown }).kind !== "Cluster") return undefined;
  return error(
    ["kind"],
    "is Cluster, where an application's Compose file is expected; name a stack.yml in this Pulumi stack's config",
  );
}
