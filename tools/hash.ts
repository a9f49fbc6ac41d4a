import { createHash } from "node:crypto";
import { createReadStream, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** Hash of files and folders by name, mode and content: the same inputs give the same key on every machine. */
export function hashInputs(paths: readonly string[], extra: readonly string[] = []): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesBelow(path)) {
      const executable = (statSync(file).mode & 0o100) !== 0;
      const content = createHash("sha256").update(readFileSync(file)).digest("hex");
      hash.update(`${relative(path, file)}\0${String(executable)}\0${content}\n`);
    }
  }
  for (const word of extra) hash.update(`${word}\n`);
  return hash.digest("hex").slice(0, 16);
}

/** Files below a folder in a fixed order; a file is itself. */
function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}
