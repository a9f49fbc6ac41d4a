import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { hashFile } from "../../tools/hash";
import { cachedPart } from "../parts/cache";
import { buildProgram, shopProgram } from "../parts/programs";
import { layerImage, type RegistryImage } from "../registry/image";
import { tar } from "../registry/tar";
import { readImage, writeImage } from "./store";

/**
 * Versions of the sample application `shop` that the registry gets. The bad ones: the web service of 6.6.6 ends with 1
 * right after its start, the api service of 6.6.7 is never healthy. 6.6.8 is an image that is not there.
 */
export const shopVersions = ["1.0.0", "1.0.1", "2.0.0", "6.6.6", "6.6.7"] as const;

/** Nobody in particular: the user that the image's program runs as, and that its data belongs to. */
const user = 65534;
/** Changes when the image is made in another way than before. */
const form = "1";

/** A version of the shop as an image of nothing but its program, and the folder that its volume takes its owner from. */
export async function shopImage(
  version: string,
  architecture: string,
  say: (text: string) => void,
): Promise<RegistryImage> {
  const program = await buildProgram(shopProgram(version), say);
  const key = `${(await hashFile(program)).slice(0, 16)}${form}`;
  const folder = await cachedPart(`image-shop-${version}`, key, async (work) => {
    const archive = tar([
      { name: "data/", content: Buffer.alloc(0), mode: 0o755, owner: user },
      { name: "shop", content: readFileSync(program), mode: 0o755 },
    ]);
    const compressed = await promisify(gzip)(archive, { level: 6 });
    const settings = { Entrypoint: ["/shop"], User: `${user}:${user}` };
    writeImage(work, layerImage({ archive, compressed }, architecture, settings));
  });
  return readImage(folder);
}
