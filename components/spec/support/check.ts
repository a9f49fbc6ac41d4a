import { isAbsolute, relative } from "node:path";
import type { Orchestrator } from "../cluster/types";
import type { ComposeProject } from "../compose/model";
import { error, warning, type Finding } from "../finding";
import type { Path } from "../problem";
import { fields } from "./fields";

/** Everything in a project that the orchestrator ignores (a warning) or can't do (an error). */
export function supportFindings(
  project: ComposeProject,
  orchestrator: Orchestrator,
  projectDirectory: string,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { field, when, [orchestrator]: treatment } of fields) {
    if (treatment.does === "honours") continue;
    const make = treatment.does === "refuses" ? error : warning;
    for (const { path, value } of present(project, field.replaceAll("[]", ".[]").split("."))) {
      if (when !== undefined && !when(value)) continue;
      findings.push(make(path, treatment.why));
    }
  }
  if (orchestrator === "swarm") findings.push(...endlessRuns(project));
  return [...findings, ...pathsOfThisMachine(project, projectDirectory)];
}

/** What starts jobs at their times on a Swarm ends none. */
function endlessRuns(project: ComposeProject): readonly Finding[] {
  return Object.entries(project["x-slipway"]?.jobs ?? {})
    .filter(([, { when, timeout }]) => when === "schedule" && timeout !== undefined)
    .map(([name]) =>
      warning(
        ["x-slipway", "jobs", name, "timeout"],
        "has no effect with `when: schedule` on Swarm: a run takes as long as it takes, and the next one waits for it; let the program end itself",
      ),
    );
}

interface Found {
  readonly path: Path;
  readonly value: unknown;
}

/** Values that the project has at a field. What is empty was not written. */
function present(value: unknown, steps: readonly string[], path: Path = []): readonly Found[] {
  const [step, ...rest] = steps;
  if (step === undefined) return isWritten(value) ? [{ path, value }] : [];
  if (step === "[]") {
    if (!Array.isArray(value)) return [];
    return value.flatMap((item, index) => present(item, rest, [...path, index]));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const mapping = value as Readonly<Record<string, unknown>>;
  const names =
    step === "*" ? Object.keys(mapping).filter((name) => !name.startsWith("x-")) : [step];
  return names.flatMap((name) => present(mapping[name], rest, [...path, name]));
}

function isWritten(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** A path relative to the file is one of the machine that deploys: no node has it. */
function pathsOfThisMachine(project: ComposeProject, folder: string): readonly Finding[] {
  return Object.entries(project.services).flatMap(([key, { volumes = [] }]) =>
    volumes.flatMap(({ type, source = "" }, index) => {
      if (type !== "bind" || !isAbsolute(source)) return [];
      const within = relative(folder, source);
      if (within.startsWith("..") || isAbsolute(within)) return [];
      return [
        error(
          ["services", key, "volumes", index],
          "mounts a path beside this file, which is on no node; bring a file along as a config or secret, keep data in a named volume, or name a path of the nodes from the root",
        ),
      ];
    }),
  );
}
