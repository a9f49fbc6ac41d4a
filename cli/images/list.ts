import { catalogue, type MirroredImage } from "../../components/platform/catalogue";
import { table } from "../table";
import type { Terminal } from "../terminal";
import { namedCluster } from "./clusters";

/** `slipway images`: what a site must mirror for its clusters, each image once. */
export async function runImages(names: readonly string[], terminal: Terminal): Promise<void> {
  const clusters = await Promise.all(names.map(namedCluster));
  const known = clusters.map(({ spec }) => catalogue(spec));
  for (const doubt of new Set(known.flatMap(({ doubts }) => doubts)))
    terminal.say(`note: ${doubt}`);
  const images = merged(known.map(({ images: those }) => those));
  if (images.length === 0) terminal.say("Nothing is to be mirrored.");
  else {
    const rows = images.map(({ parts, source, target }) => [
      parts.join(" "),
      source,
      target === source ? "-" : target,
    ]);
    for (const line of table([["FOR", "IMAGE", "NODES PULL"], ...rows])) terminal.say(line);
  }
  terminal.result(images);
}

/** What several clusters have in common once; under two mirrors it is two images. */
export function merged(
  catalogues: readonly (readonly MirroredImage[])[],
): readonly MirroredImage[] {
  const byTarget = new Map<string, MirroredImage>();
  for (const image of catalogues.flat()) {
    const parts = [...(byTarget.get(image.target)?.parts ?? []), ...image.parts];
    byTarget.set(image.target, { ...image, parts: [...new Set(parts)] });
  }
  return [...byTarget.values()].sort((a, b) => (a.target < b.target ? -1 : 1));
}
