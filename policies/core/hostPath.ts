/** Paths of a node as its kernel reads them: `//etc`, `/var/../etc` and `/etc/` are one. */
import { posix } from "node:path";

export function cleanPath(path: string): string {
  return posix.resolve("/", path);
}

/** Whether one of two clean paths is the other, or holds it. */
export function overlap(one: string, other: string): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

function isWithin(path: string, folder: string): boolean {
  return folder === "/" || path === folder || path.startsWith(`${folder}/`);
}
