import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { sorted } from "../../provider/sdk/sorted";
import type { ComposeFileObject, ComposeProject } from "../spec";
import type { PinnedImage } from "./digests";
import type { FileContents } from "./files";
import { omit } from "./omit";

/** All that a release consists of: enough to put it on the cluster again when its files are gone. Holds secrets. */
export interface Plan extends FileContents {
  readonly applicationVersion: string;
  /** `x-slipway.version` of the files. */
  readonly environmentVersion?: string;
  /** Tells two contents of an environment apart: of everything in the files but the application's version. */
  readonly environmentHash: string;
  readonly project: ComposeProject;
  /** By name as the file has it. */
  readonly images: Readonly<Record<string, PinnedImage>>;
  /** Names of images that carry the application's version; the others belong to the environment. */
  readonly versioned: readonly string[];
}

/** The project without what only means something on the machine that loaded it. */
export function portable(project: ComposeProject): ComposeProject {
  const services = mapValues(project.services, (service) =>
    omit(service, "env_file", "label_file", "build", "develop"),
  );
  const withoutFile = (object: ComposeFileObject) => omit(object, "file");
  return {
    ...project,
    services,
    ...(project.configs && { configs: mapValues(project.configs, withoutFile) }),
    ...(project.secrets && { secrets: mapValues(project.secrets, withoutFile) }),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U) {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value)] as const),
  );
}

/**
 * Tells two contents of an environment apart. Values of secrets do not count: they are rotated without a new version.
 *
 * @param project loaded with a placeholder in the place of the application's version
 */
export function environmentHash(
  project: ComposeProject,
  configs: Readonly<Record<string, string>>,
): string {
  const text = JSON.stringify(sorted({ project: portable(project), configs }));
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Tells two plans apart, secrets and all, without telling anything of them. */
export function planHash(plan: Plan, salt: string): string {
  return createHash("sha256").update(salt).update(textOf(plan)).digest("hex").slice(0, 16);
}

/** For the Pulumi state: as a text, small. */
export function packPlan(plan: Plan): string {
  return gzipSync(textOf(plan)).toString("base64");
}

export function unpackPlan(text: string): Plan {
  return JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString("utf8")) as Plan;
}

/** The same text wherever the plan was made. */
function textOf(plan: Plan): string {
  return JSON.stringify(sorted({ ...plan, project: portable(plan.project) }));
}
