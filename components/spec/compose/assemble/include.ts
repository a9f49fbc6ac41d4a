import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Variables } from "../../interpolation";
import type { Path } from "../../problem";
import { readEnvFile } from "../environment/read";
import { absolutePath } from "../folder";
import type { Origin } from "../tree/origins";
import { isMapping, listAt, type Mapping, mappingAt, plain, textAt } from "../tree/value";
import type { Unit } from "../unit";
import { assemble, type Sources } from "./model";

const kinds = ["services", "networks", "volumes", "configs", "secrets", "models"];

/** Adds to a file what the projects have that it includes. A name that both have must mean the same in both. */
export function importIncluded(unit: Unit, sources: Sources): void {
  const entries = listAt(unit.data, "include");
  const origins = sources.loading.origins;
  const list = unit.data.include;
  Reflect.deleteProperty(unit.data, "include");
  entries.forEach((entry, index) => {
    if (!isMapping(entry) || !Array.isArray(list)) return;
    const origin = origins.of(list, index) ?? unit.origin;
    const included = load(entry, origin, ["include", index], sources);
    if (included !== undefined) importInto(unit.data, included, origin, sources);
  });
}

function load(entry: Mapping, origin: Origin, at: Path, sources: Sources): Mapping | undefined {
  const { loading, directory, includedFrom } = sources;
  const files = listAt(entry, "path").map((file) => absolutePath(directory, plain(file)));
  const complaints = files.flatMap((file) => loading.folder.complaint(file) ?? []);
  for (const complaint of complaints) loading.report(origin, at, complaint);
  const [first] = files;
  if (complaints.length > 0 || first === undefined) return undefined;
  if (includedFrom.includes(first)) {
    const circle = [...includedFrom.slice(includedFrom.indexOf(first)), first];
    const names = circle.map((file) => loading.folder.shown(file));
    loading.report(origin, at, `goes in a circle: ${names.join(" includes ")}; take one out`);
    return undefined;
  }
  const folder = textAt(entry, "project_directory");
  return assemble(files, {
    ...sources,
    directory: folder === undefined ? path.dirname(first) : absolutePath(directory, folder),
    variables: variablesOf(entry, origin, at, sources),
  });
}

/** The variables of the including project count before those in the included one's files. */
function variablesOf(entry: Mapping, origin: Origin, at: Path, sources: Sources): Variables {
  const { loading, directory, variables } = sources;
  const values: Record<string, string> = {};
  for (const name of listAt(entry, "env_file")) {
    const file = absolutePath(directory, plain(name));
    const complaint = loading.folder.complaint(file);
    if (complaint === undefined) readEnvFile(loading, { path: file }, values, variables);
    else loading.report(origin, [...at, "env_file"], complaint);
  }
  return { ...values, ...variables };
}

function importInto(data: Mapping, included: Mapping, origin: Origin, sources: Sources): void {
  const { loading } = sources;
  for (const kind of kinds) {
    const from = mappingAt(included, kind);
    if (from === undefined) continue;
    const to = (data[kind] ??= loading.origins.adopt<Mapping>({}, origin));
    if (!isMapping(to)) continue;
    for (const [name, value] of Object.entries(from)) {
      if (Object.hasOwn(to, name) && !isDeepStrictEqual(to[name], value)) {
        loading.reportKey(
          loading.origins.of(to, name) ?? origin,
          [kind, name],
          "is defined otherwise in an included file; rename one of the two",
        );
        continue;
      }
      to[name] = value;
      loading.origins.set(to, name, loading.origins.of(from, name));
    }
  }
}
