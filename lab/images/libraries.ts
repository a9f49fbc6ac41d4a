import { realpathSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../errors";
import { run } from "../host/run";
import type { HostFile } from "./files";

/** Where Debian keeps libraries, below a root. */
const folders = ["usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "lib/x86_64-linux-gnu"];

/**
 * Programs, the libraries that they load and the loader itself, each where the programs look for it.
 *
 * @param programs by their path in the image; what a program loads as it runs counts as one
 * @param root unpacked packages, with libraries that this host may lack
 * @param others folders below it that have some too
 */
export async function withLibraries(
  programs: readonly Pick<HostFile, "path" | "source">[],
  root: string,
  others: readonly string[] = [],
): Promise<HostFile[]> {
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: [...folders, ...others].map((each) => join(root, each)).join(":"),
  };
  const listing = await run(
    "ldd",
    programs.map(({ source }) => source),
    { env },
  );
  const loaded = new Map(parseLibraries(listing).map((each) => [each.name, library(each)]));
  return [...programs.map((each) => ({ ...each, mode: 0o755 })), ...loaded.values()];
}

export interface Library {
  /** Name under which programs ask for it; the loader's is an absolute path. */
  readonly name: string;
  readonly file: string;
}

/** What `ldd` says that programs load. @throws LabError where something is missing. */
export function parseLibraries(listing: string): Library[] {
  return listing.split("\n").flatMap((line) => {
    if (line.includes("not found"))
      throw new LabError(`a program for an image lacks a library: ${line.trim()}`);
    const [, name, file] = /^\s*(\S+) => (\/\S+)/.exec(line) ?? [];
    if (name !== undefined && file !== undefined) return [{ name, file }];
    const [, loader] = /^\s*(\/\S+) \(/.exec(line) ?? [];
    return loader === undefined ? [] : [{ name: loader, file: loader }];
  });
}

function library({ name, file }: Library): HostFile {
  const path = name.startsWith("/") ? name : `/usr/lib/${name}`;
  return { path, source: realpathSync(file), mode: 0o755 };
}
