import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Blob, PackedLayer, RegistryImage } from "../registry/image";

const index = "image.json";

type Entry = Omit<Blob, "content">;

interface Index {
  readonly config: Entry;
  readonly layers: readonly Entry[];
  readonly manifest: Entry;
}

/** Writes an image into a folder: compressing it takes longer than pushing it. */
export function writeImage(folder: string, image: RegistryImage): void {
  const write = ({ digest, mediaType, content }: Blob): Entry => {
    writeFileSync(join(folder, fileOf(digest)), content);
    return { digest, mediaType };
  };
  const entries: Index = {
    config: write(image.config),
    layers: image.layers.map(write),
    manifest: write(image.manifest),
  };
  writeFileSync(join(folder, index), JSON.stringify(entries));
}

/** Reads an image back. The registry compares content and digest when it is pushed. */
export function readImage(folder: string): RegistryImage {
  const { config, layers, manifest } = JSON.parse(
    readFileSync(join(folder, index), "utf8"),
  ) as Index;
  const read = (entry: Entry): Blob => ({
    ...entry,
    content: readFileSync(join(folder, fileOf(entry.digest))),
  });
  return { config: read(config), layers: layers.map(read), manifest: read(manifest) };
}

function fileOf(digest: string): string {
  return digest.replace(":", "-");
}

const diffIdFile = "diff-id";
const layerFile = "layer.tar.gz";

/** Writes a layer into a folder. */
export function writeLayer(folder: string, layer: PackedLayer): void {
  writeFileSync(join(folder, layerFile), layer.compressed);
  writeFileSync(join(folder, diffIdFile), layer.diffId);
}

export function readLayer(folder: string): PackedLayer {
  return {
    compressed: readFileSync(join(folder, layerFile)),
    diffId: readFileSync(join(folder, diffIdFile), "utf8"),
  };
}
