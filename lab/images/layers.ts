import { rmSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { hashFile } from "../../tools/hash";
import { cachedPart } from "../parts/cache";
import { packed, type PackedLayer } from "../registry/image";
import { layerOf, type HostFile, type Link } from "./files";
import { readLayer, writeLayer } from "./store";

/** Changes when layers are made in another way than before. */
const form = "1";

/** A layer from the cache, made of the files if it is not there. @param key Hash of what goes into it. @param files Works in a folder that goes afterwards. */
export async function cachedLayer(
  name: string,
  key: string,
  files: (room: string) => Promise<readonly (HostFile | Link)[]>,
): Promise<PackedLayer> {
  const folder = await cachedPart(`layer-${name}`, `${key}${form}`, async (work) => {
    const room = join(work, "room");
    writeLayer(work, packed(await layerOf(await files(room))));
    rmSync(room, { recursive: true, force: true });
  });
  return readLayer(folder);
}

/** A layer of one program, and of links beside it that lead to it. */
export async function programLayer(
  name: string,
  program: string,
  path: string,
  links: readonly string[],
): Promise<PackedLayer> {
  const key = (await hashFile(program)).slice(0, 16);
  return cachedLayer(name, key, () =>
    Promise.resolve([
      { path, source: program, mode: 0o755 },
      ...links.map((link) => ({ path: join(dirname(path), link), link: path })),
    ]),
  );
}
