import { readFileSync } from "node:fs";
import path from "node:path";

/**
 * The commands that a part of a page tells the reader to type: lines behind `$ ` in blocks of kind `console`.
 *
 * @param page path from the root of the checkout
 * @throws Error where the page has no such part.
 */
export function commandsIn(page: string, part: RegExp): readonly string[] {
  const [text] = part.exec(readFileSync(path.resolve(__dirname, "../..", page), "utf8")) ?? [];
  if (text === undefined) throw new Error(`${page} has no part ${part.source}`);
  return [...text.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block = ""]) =>
    block.split("\n").flatMap((line) => (line.startsWith("$ ") ? [line.slice(2)] : [])),
  );
}
