import type { Variables } from "../../interpolation";
import { readEnvFile } from "../environment/read";
import type { Loading } from "../loading";
import { isMapping, listAt, type Mapping, mappingAt, plain, type Value } from "../tree/value";

/** Reads the files with variables and labels that a service names; what the service itself says counts before them. */
export function finishEnvironment(
  name: string,
  service: Mapping,
  loading: Loading,
  variables: Variables,
): void {
  const own = mappingAt(service, "environment") ?? {};
  for (const [variable, value] of Object.entries(own)) {
    if (value === null) own[variable] = variables[variable] ?? null;
  }
  const known = texts(own);
  const at = ["services", name, "env_file"];
  listAt(service, "env_file").forEach((file, index) => {
    if (!isMapping(file)) return;
    const path = plain(file.path);
    if (file.required === false && loading.folder.isMissing(path)) return;
    if (!isReadable(service, "env_file", index, path, at, loading)) return;
    const given = { ...texts(own), ...withoutUnset(variables) };
    readEnvFile(loading, { path, format: plain(file.format) }, known, given);
  });
  addTo(service, "environment", own, known, loading);

  const labels: Record<string, string> = {};
  listAt(service, "label_file").forEach((file, index) => {
    const here = ["services", name, "label_file"];
    if (!isReadable(service, "label_file", index, plain(file), here, loading)) return;
    readEnvFile(loading, { path: plain(file) }, labels, {});
  });
  addTo(service, "labels", mappingAt(service, "labels") ?? {}, labels, loading);
}

function texts(mapping: Mapping): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapping).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

function withoutUnset(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}

function addTo(
  service: Mapping,
  field: string,
  own: Mapping,
  values: Readonly<Record<string, string>>,
  loading: Loading,
): void {
  const names = Object.keys(values).filter((name) => !Object.hasOwn(own, name));
  if (names.length === 0) return;
  const origin = loading.origins.of(service, field === "labels" ? "label_file" : "env_file");
  for (const name of names) {
    own[name] = values[name] ?? "";
    loading.origins.set(own, name, origin);
  }
  service[field] = own;
}

function isReadable(
  service: Mapping,
  field: string,
  index: number,
  file: string,
  at: readonly string[],
  loading: Loading,
): boolean {
  const complaint = loading.folder.complaint(file);
  if (complaint === undefined) return true;
  const list: Value | undefined = service[field];
  const origin = Array.isArray(list) ? loading.origins.of(list, index) : undefined;
  if (origin !== undefined) loading.report(origin, [...at, index], complaint);
  return false;
}
