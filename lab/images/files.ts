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

/** A symbolic link that goes into an image. */
export interface Link {
  /** Absolute path in the image. */
  readonly path: string;
  readonly link: string;
}

/** A layer of the files, and of the folders on the way to them: without these, only root could reach the files. */
export async function layerOf(files: readonly (HostFile | Link)[]): Promise<Layer> {
  const folders = [...new Set(files.flatMap(({ path }) => foldersAbove(path)))].sort();
  const archive = tar([
    ...folders.map((name): TarFile => ({ name, content: Buffer.alloc(0), mode: 0o755 })),
    ...files.map(entry),
  ]);
  return { archive, compressed: await promisify(gzip)(archive, { level: 6 }) };
}

function entry(file: HostFile | Link): TarFile {
  const name = file.path.slice(1);
  return "link" in file
    ? { name, content: Buffer.alloc(0), mode: 0o777, link: file.link }
    : { name, content: readFileSync(file.source), mode: file.mode };
}

/** `usr/`, `usr/local/` for `/usr/local/traefik`. */
function foldersAbove(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === "/" ? [] : [...foldersAbove(folder), `${folder.slice(1)}/`];
}
