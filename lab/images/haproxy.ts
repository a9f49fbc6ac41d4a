import { join } from "node:path";
import { hashInputs } from "../../tools/hash";
import { run } from "../host/run";
import { needSuite, unpackPackages } from "../parts/apt";
import { cachedPart } from "../parts/cache";
import { layerImage, type RegistryImage } from "../registry/image";
import { layerOf } from "./files";
import { withLibraries } from "./libraries";
import { readImage, writeImage } from "./store";

/** The version that Debian 12 ships; the package's own patches are on top of it. */
export const haproxyVersion = "2.6.12";

/** Where the image of the HAProxy project has it. */
const program = "/usr/local/sbin/haproxy";
/** Changes when the image is made in another way than before. */
const form = "image, 1";

/** HAProxy as an image: Debian's package with the libraries that it loads, and nothing else. */
export async function haproxyImage(
  architecture: string,
  say: (text: string) => void,
): Promise<RegistryImage> {
  const key = hashInputs(["/etc/os-release"], [haproxyVersion, form]);
  const folder = await cachedPart("image-haproxy", key, async (work) => {
    say(`haproxy ${haproxyVersion}: fetching Debian's package`);
    await needSuite("bookworm");
    const packages = join(work, "packages");
    await unpackPackages(["haproxy"], packages);
    const root = join(packages, "root");
    const files = await withLibraries(
      [{ path: program, source: join(root, "usr/sbin/haproxy") }],
      root,
    );
    writeImage(work, layerImage(await layerOf(files), architecture, { Entrypoint: [program] }));
    await run("rm", ["-r", packages]);
  });
  return readImage(folder);
}
