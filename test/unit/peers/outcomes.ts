/** What the reference implementation and our loader make of a case, in a form that can be compared. */
import { SpecError } from "../../../components/spec";
import { loadCompose } from "../../../components/spec/compose";
import { composeGo, type PeerAnswer } from "../../peers/composeGo";
import type { Case } from "./corpus";
import { isMapping, type Outcome } from "./differences";

/** The outcomes of the reference implementation, in the order of the cases. */
export async function theirs(cases: readonly Case[]): Promise<Outcome[]> {
  const answers = await composeGo(
    cases.map(({ folder, ...rest }) => ({ ...rest, workingDir: folder })),
  );
  return answers.map((answer, index) => outcomeOf(answer, cases[index]?.folder ?? ""));
}

/** The outcome of our loader; anything but a report of problems is thrown on. */
export function ours({ files, folder, ...options }: Case): Outcome {
  try {
    const { project } = loadCompose(files, { ...options, projectDirectory: folder });
    return { project: withoutDeepExtensions(JSON.parse(JSON.stringify(project))) };
  } catch (error) {
    if (error instanceof SpecError) return { error: inFolder(error.message, folder) };
    throw error;
  }
}

/** A text with the paths of the case's files as from its folder. */
function inFolder(text: string, folder: string): string {
  return text.replaceAll(`${folder}/`, "");
}

function outcomeOf({ project, extensions, error }: PeerAnswer, folder: string): Outcome {
  if (project === undefined) return { error: inFolder(error ?? "no answer", folder) };
  const services = project.services as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const extended = Object.entries(services).map(([name, service]) => [
    name,
    { ...mapValues(service, lowerBlkio), ...extensions?.[name] },
  ]);
  return { project: { ...project, services: Object.fromEntries(extended) as unknown } };
}

/** The reference implementation gives the fields of block IO limits no names of their own: JSON has them as `Path`. */
function lowerBlkio(value: unknown, key: string): unknown {
  if (key !== "blkio_config" || !isMapping(value)) return value;
  return mapValues(value, (devices) => {
    if (!Array.isArray(devices)) return devices;
    return devices.map((device: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(device).map(([name, of]) => [name.toLowerCase(), of])),
    );
  });
}

/**
 * The reference implementation's JSON has x- keys on top and, by way of the peer, of services: those of other places
 * are left out of the comparison.
 */
function withoutDeepExtensions(project: unknown): unknown {
  if (!isMapping(project)) return project;
  return mapValues(project, (section, kind) =>
    kind.startsWith("x-") || !isMapping(section)
      ? section
      : mapValues(section, (entry) => (kind === "services" ? ofService(entry) : pruned(entry))),
  );
}

function ofService(service: unknown): unknown {
  if (!isMapping(service)) return service;
  return mapValues(service, (value, key) => (key.startsWith("x-") ? value : pruned(value)));
}

/** Mappings whose keys are the user's own, where `x-` is no mark of an extension. */
const ownKeys = new Set(["labels", "environment", "options", "driver_opts", "sysctls", "args"]);

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (!isMapping(value)) return value;
  const kept = Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-")));
  return mapValues(kept, (item, key) => (ownKeys.has(key) ? item : pruned(item)));
}

function mapValues(
  mapping: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(mapping).map(([key, value]) => [key, change(value, key)]),
  );
}
