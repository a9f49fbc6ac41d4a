import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { badUsage, incomplete } from "../exit";

/** Begins names of folders in which files are until all of them are there. */
const part = ".slipway-part-";

/** A folder for files that belong together: either all of them are written, or none. */
export class OutputFolder {
  private constructor(readonly folder: string) {}

  /**
   * Makes the folder, and makes sure that the files can be written, before anything takes its time.
   *
   * @throws CliError that says why they can't.
   */
  static async prepare(folder: string, names: readonly string[]): Promise<OutputFolder> {
    const cure = "name a folder that can be written to";
    if (folder === "") throw badUsage(`--output is empty; ${cure}`);
    try {
      await make(folder);
      await rm(await mkdtemp(path.join(folder, part)), { recursive: true });
    } catch (cause) {
      throw badUsage(`--output ${folder}: ${reasonOf(cause)}; ${cure}`);
    }
    const inTheWay: string[] = [];
    for (const name of names) if (await isFolder(path.join(folder, name))) inTheWay.push(name);
    if (inTheWay.length > 0)
      throw badUsage(
        `--output ${folder}: ${inTheWay.join(", ")} in it ${inTheWay.length === 1 ? "is a folder" : "are folders"}, where a file is to be written; remove it, or name another folder`,
      );
    return new OutputFolder(folder);
  }

  /** @throws CliError where they could not be written; then those of before are there as they were. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    try {
      const fresh = await mkdtemp(path.join(this.folder, part));
      try {
        for (const [name, content] of Object.entries(files))
          await writeFile(path.join(fresh, name), content);
        for (const name of Object.keys(files))
          await rename(path.join(fresh, name), path.join(this.folder, name));
      } finally {
        await rm(fresh, { recursive: true, force: true });
      }
    } catch (cause) {
      throw incomplete(`nothing was written to ${this.folder}: ${reasonOf(cause)}`);
    }
  }
}

/** Makes a folder and those above it. Node's own way never ends where a file system has no room for new ones (`/proc`). */
async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await isFolder(folder))) return;
    const above = path.dirname(path.resolve(folder));
    if (code !== "ENOENT" || (await isFolder(above))) throw cause;
    await make(above);
    await mkdir(folder);
  }
}

async function isFolder(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch {
    return false;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: "is a file",
  ENOTDIR: "is below a file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "is on a file system that can't be written to",
  ENOSPC: "there is no room left",
};

function reasonOf(cause: unknown): string {
  return reasons[(cause as NodeJS.ErrnoException).code ?? ""] ?? (cause as Error).message;
}
