import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Layer } from "../registry/image";
import { tar, type TarFile } from "../registry/tar";

/** A file of this host that goes into an image. */
export interface HostFile {
  /** Absolute path in the image. */
  readonly path: string;
  readonly source: string;
  readonly mode: number;
}

/** A layer of the files, and of the folders on the way to them: without these, only root could reach the files. */
export async function layerOf(files: readonly HostFile[]): Promise<Layer> {
  const folders = [...new Set(files.flatMap(({ path }) => foldersAbove(path)))].sort();
  const archive = tar([
    ...folders.map((name): TarFile => ({ name, content: Buffer.alloc(0), mode: 0o755 })),
    ...files.map(({ path, source, mode }): TarFile => ({
      name: path.slice(1),
      content: readFileSync(source),
      mode,
    })),
  ]);
  return { archive, compressed: await promisify(gzip)(archive, { level: 6 }) };
}

/** `usr/`, `usr/local/` for `/usr/local/traefik`. */
function foldersAbove(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === "/" ? [] : [...foldersAbove(folder), `${folder.slice(1)}/`];
}
