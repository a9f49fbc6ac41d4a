import path from "node:path";
import { parseDocument } from "yaml";
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
 * The name that files give, the last one's, found before they are read in earnest: their values may use it as
 * `${COMPOSE_PROJECT_NAME}`. Undefined when there is none, or when nothing asks for it.
 */
export function nameAskedFor(texts: readonly string[], variables: Variables): string | undefined {
  if (!texts.some((text) => text.includes("COMPOSE_PROJECT_NAME"))) return undefined;
  const names = texts.flatMap((text) => {
    const name = parseDocument(text, { logLevel: "silent" }).get("name");
    return typeof name === "string" ? [interpolate(name, variables, { unset: "empty" }).text] : [];
  });
  return names[names.length - 1];
}
