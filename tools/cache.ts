import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { hashFile } from "./hash";

/** Folder that outlives clones: `$XDG_CACHE_HOME/slipway/toolchain`. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME;
  const home = base === undefined || base === "" ? path.join(os.homedir(), ".cache") : base;
  return path.join(home, "slipway", "toolchain");
}

export const manifestName = "manifest.json";
const unfinished = ".building-";

type Manifest = Record<string, string>;

async function filesOf(folder: string, below = ""): Promise<string[]> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const name = path.join(below, entry.name);
      return entry.isDirectory() ? filesOf(folder, name) : [name];
    }),
  );
  return nested.flat().filter((name) => name !== manifestName);
}

async function hashes(folder: string): Promise<Manifest> {
  const result: Manifest = {};
  for (const name of (await filesOf(folder)).sort())
    result[name] = await hashFile(path.join(folder, name));
  return result;
}

/** Whether the entry holds exactly the files that its build wrote. */
export async function isIntact(folder: string): Promise<boolean> {
  try {
    const expected = JSON.parse(
      await readFile(path.join(folder, manifestName), "utf8"),
    ) as Manifest;
    const found = await hashes(folder);
    return JSON.stringify(found) === JSON.stringify(expected);
  } catch {
    // Unreadable means not to be trusted, whatever the reason.
    return false;
  }
}

/** The intact entry of that name; undefined where there is none. */
export async function cachedEntry(name: string): Promise<string | undefined> {
  const folder = path.join(cacheFolder(), name);
  return (await isIntact(folder)) ? folder : undefined;
}

/** Whether the process runs that an unfinished folder's name tells: this one may build several entries at once. */
function builderIsAlive(name: string): boolean {
  return existsSync(`/proc/${name.split("-").at(-1) ?? ""}`);
}

/**
 * The entry of that name, built if the cache has none that is intact. It is built beside its place
 * and moved there when it is complete: a killed build leaves nothing that could be taken for one.
 */
export async function cached(
  name: string,
  build: (folder: string) => Promise<void>,
): Promise<{ folder: string; built: boolean }> {
  const root = cacheFolder();
  const folder = path.join(root, name);
  await mkdir(root, { recursive: true });
  if ((await cachedEntry(name)) !== undefined) return { folder, built: false };
  for (const entry of await readdir(root)) {
    if (entry.startsWith(unfinished) && !builderIsAlive(entry))
      await rm(path.join(root, entry), { recursive: true, force: true });
  }
  const work = path.join(root, `${unfinished}${name}-${process.pid}`);
  await rm(work, { recursive: true, force: true });
  await mkdir(work);
  try {
    await build(work);
    await writeFile(path.join(work, manifestName), JSON.stringify(await hashes(work)));
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return { folder, built: true };
}
