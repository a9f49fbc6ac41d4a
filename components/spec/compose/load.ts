import { readFileSync } from "node:fs";
import path from "node:path";
import type { Variables } from "../interpolation";
import { type Path, type Problem, SpecError, type Severity, inOrder, renderPath } from "../problem";
import { nearest, quote } from "../words";
import { assemble } from "./assemble/model";
import { checkProject } from "./checks";
import { finishEnvironment } from "./finish/environment";
import { omitZeros } from "./finish/omit";
import { finishResources, finishService } from "./finish/services";
import { type LoadComposeOptions, Loading } from "./loading";
import type { ComposeProject } from "./model";
import { applyProfiles, type ByProfile } from "./profiles";
import { folderName, normaliseProjectName, nameAskedFor } from "./projectName";
import { problemAt } from "./tree/origins";
import { isList, isMapping, listAt, type Mapping, mappingsAt, plain } from "./tree/value";
import { composeSchema } from "./unit";

/** A sound project with what its author should know all the same. */
export interface LoadedCompose {
  readonly project: ComposeProject;
  /** Warnings, for the caller to show. */
  readonly warnings: readonly Problem[];
  /**
   * What turns out to be wrong later: a problem about a path of the project (`services.web.ports[0].published`), at the
   * place in the file where the value was written.
   */
  readonly problemAt: (path: Path, message: string, severity?: Severity) => Problem;
}

/**
 * Reads Compose files, replaces variables, merges each file over those before it, checks everything and answers the
 * project in its canonical form.
 *
 * @throws SpecError with every problem of all the files at once.
 */
export function loadCompose(files: readonly string[], options: LoadComposeOptions): LoadedCompose {
  const [first] = files;
  if (first === undefined) throw new Error("loadCompose needs a file");
  const loading = new Loading(first, options);
  const absolute = files.map((file) => path.resolve(file));
  const before = nameBefore(absolute, loading, options);
  const variables = { ...options.variables, COMPOSE_PROJECT_NAME: before };
  const model = assemble(absolute, {
    loading,
    variables,
    directory: loading.folder.root,
    includedFrom: [],
  });
  const name = options.projectName ?? (normaliseProjectName(plain(model.name)) || before);
  const profiles = options.profiles ?? [];
  const byProfile = finish(model, name, profiles, loading, {
    ...variables,
    COMPOSE_PROJECT_NAME: name,
  });
  if (loading.origins.ofWhole(model) !== undefined) {
    report(model, byProfile, profiles, loading);
  }
  const problems = inOrder(loading.problems, loading.files);
  if (loading.failed) throw new SpecError(problems);
  return {
    project: project(model, name),
    warnings: problems,
    problemAt: (at, message, severity = "error") => locate(model, loading, at, message, severity),
  };
}

function nameBefore(
  files: readonly string[],
  loading: Loading,
  { projectName, variables }: LoadComposeOptions,
): string {
  if (projectName !== undefined) {
    if (projectName === normaliseProjectName(projectName)) return projectName;
    const message = `can't be the name ${quote(projectName)}; a project's name has small letters, digits, \`-\` and \`_\`, and starts with a letter or digit`;
    const file = loading.folder.shown(files[0] ?? "");
    throw new SpecError([{ file, line: 1, column: 1, path: "name", message, severity: "error" }]);
  }
  const asked = nameAskedFor(files.map(safeText), variables);
  return normaliseProjectName(asked ?? "") || folderName(loading.folder.root);
}

/** Unreadable files are reported when they are read in earnest. */
function safeText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function finish(
  model: Mapping,
  name: string,
  profiles: readonly string[],
  loading: Loading,
  variables: Variables,
): ByProfile {
  for (const [, service] of mappingsAt(model, "services")) {
    finishService(service, variables, loading.folder.root);
  }
  finishResources(model, name);
  const byProfile = applyProfiles(model, profiles);
  for (const [service, definition] of mappingsAt(model, "services")) {
    finishEnvironment(service, definition, loading, variables);
  }
  return byProfile;
}

function report(
  model: Mapping,
  byProfile: ByProfile,
  profiles: readonly string[],
  loading: Loading,
): void {
  for (const { path: at, message, severity, atKey } of checkProject(model, {
    inactive: byProfile.inactive,
    isUnsound: (place) => loading.unsound.has(renderPath(place)),
    folder: loading.folder,
  })) {
    const origin = loading.origins.at(model, at);
    if (origin === undefined) continue;
    loading.problems.push(problemAt(origin, at, message, { severity, atKey }));
  }
  const whole = loading.origins.ofWhole(model);
  for (const profile of profiles) {
    if (profile === "*" || byProfile.known.includes(profile) || whole === undefined) continue;
    const meant = nearest(profile, byProfile.known);
    const cure = meant === undefined ? "" : `; did you mean ${quote(meant)}?`;
    loading.report(
      whole,
      [],
      `has no service with the profile ${quote(profile)}${cure}`,
      "warning",
    );
  }
}

function locate(
  model: Mapping,
  loading: Loading,
  at: Path,
  message: string,
  severity: Severity,
): Problem {
  const origin = loading.origins.at(model, at);
  if (origin !== undefined) return problemAt(origin, at, message, { severity });
  const [file = ""] = loading.files;
  return { file, line: 1, column: 1, path: renderPath(at), message, severity };
}

/** The model as the project: in the end, because checks still see what is left out here. */
function project(model: Mapping, name: string): ComposeProject {
  Reflect.deleteProperty(model, "version");
  omitZeros(model, composeSchema());
  for (const [, service] of mappingsAt(model, "services")) {
    const files = listAt(service, "env_file");
    files.forEach((file, index) => {
      if (isMapping(file) && file.required === true) files[index] = plain(file.path);
    });
    for (const rule of listAt(isMapping(service.develop) ? service.develop : undefined, "watch")) {
      if (isMapping(rule)) rule.exec ??= { command: null };
    }
  }
  if (!isMapping(model.services) || isList(model.services)) model.services = {};
  return { ...model, name } as unknown as ComposeProject;
}
