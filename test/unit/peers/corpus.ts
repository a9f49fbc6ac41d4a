/**
 * The corpus of Compose projects. A case is a file `cases/<area>/<name>.yml`, or `compose.yml` in a folder of that name
 * with the files that it needs. Comments at its top say what it shows (the first line) and how it is loaded, as JSON:
 *
 *   # variables: {"TAG": "1"}     variables to interpolate; none without it
 *   # profiles: ["debug"]         active profiles
 *   # files: ["a.yml", "b.yml"]   files to merge, in order; the file itself without it
 *   # projectName: "shop"         the project's name, whatever the files say
 *   # rejected: true              no implementation may load it
 */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

export const fixtures = path.join(__dirname, "../../fixtures/compose");

export interface Case {
  /** `<area>/<name>`. */
  readonly id: string;
  /** What it shows. */
  readonly about: string;
  readonly folder: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly profiles: readonly string[];
  readonly projectName?: string;
  readonly rejected: boolean;
}

/** The cases that both implementations load, or both reject, sorted by id. */
export function corpus(): Case[] {
  const folder = path.join(fixtures, "cases");
  return readdirSync(folder).flatMap((area) => casesIn(path.join(folder, area), `${area}/`));
}

/** Bad files whose messages are read by people: one folder each, sorted by name. */
export function badFiles(): Case[] {
  return casesIn(path.join(fixtures, "bad"), "");
}

function casesIn(folder: string, prefix: string): Case[] {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const isFolder = entry.isDirectory();
      const name = isFolder ? entry.name : path.basename(entry.name, ".yml");
      const main = path.join(folder, entry.name, isFolder ? "compose.yml" : "");
      return readCase(`${prefix}${name}`, path.normalize(main));
    })
    .sort((a, b) => a.id.localeCompare(b.id));
}

interface Settings {
  variables?: Readonly<Record<string, string>>;
  profiles?: readonly string[];
  files?: readonly string[];
  projectName?: string;
  rejected?: boolean;
}

function readCase(id: string, main: string): Case {
  const comments = topComments(main);
  const settings = Object.fromEntries(
    comments.flatMap((line) => {
      const [, name, value] =
        /^(variables|profiles|files|projectName|rejected): (.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, JSON.parse(value)]];
    }),
  ) as Settings;
  const folder = path.dirname(main);
  return {
    id,
    about: comments[0] ?? "",
    folder,
    files: (settings.files ?? [path.basename(main)]).map((file) => path.join(folder, file)),
    variables: settings.variables ?? {},
    profiles: settings.profiles ?? [],
    projectName: settings.projectName,
    rejected: settings.rejected === true,
  };
}

function topComments(file: string): string[] {
  const lines = readFileSync(file, "utf8").replace("\uFEFF", "").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("# "));
  return lines.slice(0, end < 0 ? undefined : end).map((line) => line.slice(2));
}
