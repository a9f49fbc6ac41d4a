import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, type FileHandle } from "node:fs/promises";
import path from "node:path";

/**
 * Writes a file that only its owner may read, whole or not at all.
 * @param file a link leads to the file that is written; others that bear its name keep their content until it is complete
 */
export async function writePrivateFile<T>(
  file: string,
  write: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const target = await realpath(file).catch(() => path.resolve(file));
  const part = `${target}.${randomBytes(4).toString("hex")}.part`;
  const handle = await open(part, "wx", 0o600);
  try {
    let written: T;
    try {
      written = await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, target);
    return written;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
