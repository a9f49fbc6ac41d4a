import path from "node:path";
import { interpolate, type Variables } from "../interpolation";

/** A name as Compose takes it: small letters, digits, `-` and `_`, starting with a letter or digit. */
export function normaliseProjectName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, "")
    .replace(/^[_-]+/, "");
}

/** The project's name where files give none: that of its folder. */
export function folderName(folder: string): string {
  return normaliseProjectName(path.basename(folder)) || "app";
}

/**
 * The name that a file gives, before it is parsed: its values may use `${COMPOSE_PROJECT_NAME}`. Undefined when there is
 * none.
 */
export function writtenName(text: string, variables: Variables): string | undefined {
  const written = /^name:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s#][^#\n]*))/m.exec(text);
  const name = (written?.[1] ?? written?.[2] ?? written?.[3])?.trim();
  return name === undefined ? undefined : interpolate(name, variables, { unset: "empty" }).text;
}
