import { readFileSync, statSync } from "node:fs";
import type { ComposeFileObject, ComposeProject } from "./compose/model";
import { error, type Finding } from "./finding";
import type { Variables } from "./interpolation";
import { reasonForReading } from "./text";

/** Swarm's limits for the content of one config and of one secret, KiB. */
const maxKiB = { configs: 1000, secrets: 500 } as const;

/** Content of a project's configs and secrets, base64, by key in the file. */
export interface FileValues {
  readonly configs: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** What can't be had, at its place in the project. */
  readonly findings: readonly Finding[];
}

/**
 * Reads what configs and secrets bring along: from files, from the file's own text, or from variables.
 *
 * @param variables for `environment`
 */
export function fileValues(project: ComposeProject, variables: Variables): FileValues {
  const findings: Finding[] = [];
  const values = (kind: "configs" | "secrets") => {
    const found: Record<string, string> = {};
    for (const [key, object] of Object.entries(project[kind] ?? {})) {
      if (object.external) continue;
      const content = contentOf(object, [kind, key], variables, findings);
      if (content === undefined) continue;
      if (content.length > maxKiB[kind] * 1024) {
        const kib = Math.ceil(content.length / 1024);
        findings.push(
          error([kind, key], `has ${kib} KiB, and Swarm takes ${maxKiB[kind]}; make it smaller`),
        );
      } else found[key] = content.toString("base64");
    }
    return found;
  };
  return { configs: values("configs"), secrets: values("secrets"), findings };
}

function contentOf(
  { content, environment, file }: ComposeFileObject,
  path: readonly string[],
  variables: Variables,
  findings: Finding[],
): Buffer | undefined {
  if (content !== undefined) return Buffer.from(content);
  if (environment !== undefined) {
    const value = variables[environment];
    if (value !== undefined) return Buffer.from(value);
    findings.push(
      error(
        [...path, "environment"],
        `takes the variable ${environment}, which has no value; set it in the environment, or as a Pulumi secret: \`pulumi config set --secret --path slipway:secrets.${environment}\``,
      ),
    );
    return undefined;
  }
  if (file === undefined) return undefined;
  try {
    if (statSync(file).isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    return readFileSync(file);
  } catch (cause) {
    findings.push(error([...path, "file"], `${file} can't be read: ${reasonForReading(cause)}`));
    return undefined;
  }
}
