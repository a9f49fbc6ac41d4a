import { basename, join } from "node:path";
import { hashFile } from "../../tools/hash";
import { cachedPart } from "../parts/cache";
import { buildModule, type GoModule } from "../parts/goModule";
import { layerImage, type RegistryImage } from "../registry/image";
import { layerOf } from "./files";
import { readImage, writeImage } from "./store";

/** Changes when the image is made in another way than before. */
const form = "1";

/**
 * A program of another project as an image of nothing else, built from its Go modules unless the cache has it.
 *
 * @param module whose one package is the program
 * @param path where the image of that project has it
 */
export async function programImage(
  module: GoModule & { readonly packages: readonly [string] },
  path: string,
  architecture: string,
  say: (text: string) => void,
): Promise<RegistryImage> {
  const source = join(await buildModule(module, say), basename(module.packages[0]));
  const key = `${(await hashFile(source)).slice(0, 16)}${form}`;
  const folder = await cachedPart(`image-${module.name}`, key, async (work) => {
    const layer = await layerOf([{ path, source, mode: 0o755 }]);
    const settings = { Entrypoint: [path], User: "65534:65534" };
    writeImage(work, layerImage(layer, architecture, settings));
  });
  return readImage(folder);
}
