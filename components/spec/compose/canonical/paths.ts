import { absolutePath } from "../folder";
import {
  isMapping,
  listAt,
  type Mapping,
  mappingAt,
  mappingsAt,
  plain,
  textAt,
} from "../tree/value";

/** Makes the paths of a file absolute, in place: relative ones start from a folder. */
export function resolvePaths(data: Mapping, folder: string): void {
  const resolve = (parent: Mapping | undefined, name: string) => {
    const text = textAt(parent, name);
    if (parent !== undefined && text !== undefined && text !== "") {
      parent[name] = isWindowsPath(text) ? text : absolutePath(folder, text);
    }
  };
  for (const [, service] of mappingsAt(data, "services")) resolveService(service, folder, resolve);
  for (const kind of ["configs", "secrets"]) {
    for (const [, object] of mappingsAt(data, kind)) resolve(object, "file");
  }
  for (const [, volume] of mappingsAt(data, "volumes")) {
    const options = mappingAt(volume, "driver_opts");
    if (volume.driver === "local" && options?.o === "bind") resolve(options, "device");
  }
}

function resolveService(
  service: Mapping,
  folder: string,
  resolve: (parent: Mapping | undefined, name: string) => void,
): void {
  const build = mappingAt(service, "build");
  resolveContext(build, "context", resolve);
  const contexts = mappingAt(build, "additional_contexts");
  for (const name of Object.keys(contexts ?? {})) resolveContext(contexts, name, resolve);
  for (const file of listAt(service, "env_file")) {
    if (isMapping(file)) resolve(file, "path");
  }
  const labels = listAt(service, "label_file");
  labels.forEach((file, index) => {
    labels[index] = absolutePath(folder, plain(file));
  });
  resolve(mappingAt(service, "extends"), "file");
  for (const rule of listAt(mappingAt(service, "develop"), "watch")) {
    if (isMapping(rule)) resolve(rule, "path");
  }
  for (const mount of listAt(service, "volumes")) {
    if (isMapping(mount) && mount.type === "bind") resolve(mount, "source");
  }
}

/** Contexts may be URLs and other services too. */
function resolveContext(
  parent: Mapping | undefined,
  name: string,
  resolve: (parent: Mapping | undefined, name: string) => void,
): void {
  const text = textAt(parent, name) ?? "";
  if (text.includes("://") || /^(service:|github\.com\/|git@)/.test(text)) return;
  resolve(parent, name);
}

function isWindowsPath(text: string): boolean {
  return /^([A-Za-z]:[\\/]|\\\\)/.test(text);
}
