import path from "node:path";
import { quote } from "../../words";
import type { Mapping } from "../tree/value";
import { type Form, unsound } from "./form";

const propagations = ["rprivate", "private", "rshared", "shared", "rslave", "slave"];

/** `source:target:options` as a mapping. A source that looks like a path is a folder of the node. */
export const mount: Form = (value, at) => {
  if (typeof value !== "string") return value;
  const parts = sections(value);
  if (parts.includes("")) {
    return unsound(at, `has an empty section between colons: ${quote(value)}; write source:target`);
  }
  if (parts.length > 3) {
    return unsound(at, `has too many colons: ${quote(value)}; write source:target:options`);
  }
  const [first = "", second, options = ""] = parts;
  const source = second === undefined ? undefined : first;
  const target = cleanPath(second ?? first);
  const mounted: Mapping = isFilePath(source)
    ? { type: "bind", source, target, bind: { create_host_path: true } }
    : { type: "volume", ...(source === undefined ? {} : { source }), target, volume: {} };
  // The reference takes so short a text for a bare path.
  if (value.length < 3) delete mounted.volume;
  for (const option of options === "" ? [] : options.split(",")) setOption(mounted, option);
  return mounted;
};

/** Sections between colons; the colon of a Windows drive (`C:\`) separates nothing. */
function sections(text: string): string[] {
  const parts: string[] = [];
  for (const part of text.split(":")) {
    const previous = parts[parts.length - 1];
    if (previous !== undefined && /^[A-Za-z]$/.test(previous)) {
      parts[parts.length - 1] = `${previous}:${part}`;
    } else parts.push(part);
  }
  return parts;
}

function setOption(mounted: Mapping, option: string): void {
  const bind = () => (mounted.bind ??= {}) as Mapping;
  if (option === "ro") mounted.read_only = true;
  else if (option === "rw") mounted.read_only = false;
  else if (option === "nocopy") mounted.volume = { nocopy: true };
  else if (propagations.includes(option)) bind().propagation = option;
  else if (option === "z" || option === "Z") bind().selinux = option;
}

function isFilePath(source: string | undefined): boolean {
  return source !== undefined && /^([./~]|\\\\|[A-Za-z]:)/.test(source);
}

/** A path without `.`, `..`, doubled slashes and a slash at its end. */
export function cleanPath(text: string): string {
  const clean = path.posix.normalize(text);
  return clean.length > 1 ? clean.replace(/\/$/, "") : clean;
}

/** `source:target:permissions` as a mapping. */
export const device: Form = (value, at) => {
  if (typeof value !== "string") return value;
  const [source = "", target = "", permissions = "rwm", ...more] = value.split(":");
  if (more.length > 0) {
    return unsound(at, `has too many colons: ${quote(value)}; write it as a mapping`);
  }
  return { source, target: target === "" ? source : target, permissions };
};
