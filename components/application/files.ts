import { createHash, createHmac } from "node:crypto";
import type { ComposeFileObject, ComposeProject } from "../spec";
import { stackLabels, type ApplicationNames } from "./names";

/** Content of the configs and secrets that the application brings along, base64, by key in the file. */
export interface FileContents {
  readonly configs: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A config or secret as the Swarm gets it. */
export interface SwarmFile {
  readonly key: string;
  /** Tells the content, which can't be changed under a name. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Base64. */
  readonly data: string;
  readonly templateDriver?: string;
}

/** Swarm's limit for names of configs and secrets. */
const maxName = 64;
/** Hexadecimal digits of the hash in a name: two contents of one file never meet by chance. */
const hashDigits = 12;

/** Configs of the application, named by their content. External ones are not among them. */
export function configFiles(
  project: ComposeProject,
  { configs }: FileContents,
  names: ApplicationNames,
): readonly SwarmFile[] {
  return named(project.configs, configs, names, (content) =>
    createHash("sha256").update(content).digest("hex"),
  );
}

/**
 * Secrets of the application, named by their content.
 *
 * @param salt secret of the Pulumi stack: without it a hash would let anybody who sees names test guesses of the value.
 */
export function secretFiles(
  project: ComposeProject,
  { secrets }: FileContents,
  names: ApplicationNames,
  salt: string,
): readonly SwarmFile[] {
  return named(project.secrets, secrets, names, (content) =>
    createHmac("sha256", salt).update(content).digest("hex"),
  );
}

function named(
  objects: Readonly<Record<string, ComposeFileObject>> = {},
  contents: Readonly<Record<string, string>>,
  names: ApplicationNames,
  hash: (content: string) => string,
): readonly SwarmFile[] {
  return Object.entries(objects).flatMap(([key, object]) => {
    const data = contents[key];
    if (object.external || data === undefined) return [];
    // All that can't be changed: names that are cut to the same text differ too, and so does a template from a text.
    const content = JSON.stringify([object.name, object.template_driver ?? "", data]);
    const suffix = `-${hash(content).slice(0, hashDigits)}`;
    return [
      {
        key,
        name: `${object.name.slice(0, maxName - suffix.length)}${suffix}`,
        labels: { ...object.labels, ...stackLabels(names) },
        data,
        ...(object.template_driver !== undefined && { templateDriver: object.template_driver }),
      },
    ];
  });
}
