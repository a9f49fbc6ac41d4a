import { existsSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { renderProblem, SpecError, type Loaded, type Problem } from "../components/spec";

/**
 * Settings of a Pulumi stack that it can't do without.
 *
 * @throws RunError that names all that are missing, with the command that sets each.
 */
export function required<Key extends string>(
  config: pulumi.Config,
  keys: readonly Key[],
): Readonly<Record<Key, string>> {
  const values = keys.map((key) => [key, config.get(key) ?? ""] as const);
  const missing = values
    .filter(([, value]) => value === "")
    .map(([key]) => `${config.name}:${key}`);
  if (missing.length > 0) {
    throw new pulumi.RunError(
      missing
        .map((key) => `${key} is not set for this Pulumi stack; run \`pulumi config set ${key} …\``)
        .join("\n"),
    );
  }
  return Object.fromEntries(values) as Record<Key, string>;
}

/**
 * Loads a spec file that the configuration names, relative to the folder of Pulumi.yaml, and shows its warnings.
 *
 * @throws RunError when there is no such file, SpecError with every problem of the file, at places under the name that the user gave.
 */
export function load<T>(name: string, loader: (file: string) => Loaded<T>): Loaded<T> {
  const root = pulumi.getRootDirectory();
  const file = path.resolve(root, name);
  if (!existsSync(file)) {
    throw new pulumi.RunError(
      `${JSON.stringify(name)}, which the configuration of this Pulumi stack names, does not exist in ${root}; correct it there`,
    );
  }
  const asNamed = (problem: Problem) =>
    problem.file === file ? { ...problem, file: name } : problem;
  try {
    const { spec, warnings, problemAt } = loader(file);
    for (const warning of warnings) void pulumi.log.warn(renderProblem(asNamed(warning)));
    return { spec, warnings, problemAt: (at, message) => asNamed(problemAt(at, message)) };
  } catch (error) {
    throw error instanceof SpecError ? new SpecError(error.problems.map(asNamed)) : error;
  }
}
