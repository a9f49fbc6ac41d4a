import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { renderProblem, type Loaded } from "../components/spec";

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

/** Path of a file that the configuration names, relative to the folder of Pulumi.yaml, from where the program runs. */
export function fromRoot(name: string): string {
  const absolute = path.resolve(pulumi.getRootDirectory(), name);
  return path.relative(process.cwd(), absolute);
}

/** A loaded spec, after its warnings were shown. */
export function show<T>({ spec, warnings }: Loaded<T>): T {
  for (const warning of warnings) void pulumi.log.warn(renderProblem(warning));
  return spec;
}
