import { realpathSync } from "node:fs";
import { join } from "node:path";
import { hashInputs } from "../../tools/hash";
import { LabError } from "../errors";
import { run } from "../host/run";
import { needSuite, unpackPackages } from "../parts/apt";
import { cachedPart } from "../parts/cache";
import { layerImage, type RegistryImage } from "../registry/image";
import { layerOf, type HostFile } from "./files";
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
    const files = await withLibraries(join(root, "usr/sbin/haproxy"), root);
    writeImage(work, layerImage(await layerOf(files), architecture, { Entrypoint: [program] }));
    await run("rm", ["-r", packages]);
  });
  return readImage(folder);
}

/** A program, the libraries that it loads and the loader itself, each where the program looks for it. */
async function withLibraries(file: string, root: string): Promise<HostFile[]> {
  const folders = ["usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "lib/x86_64-linux-gnu"];
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: folders.map((each) => join(root, each)).join(":"),
  };
  const listing = await run("ldd", [file], { env });
  return [{ path: program, source: file, mode: 0o755 }, ...parseLibraries(listing).map(library)];
}

export interface Library {
  /** Name under which programs ask for it; the loader's is an absolute path. */
  readonly name: string;
  readonly file: string;
}

/** What `ldd` says that a program loads. @throws LabError where something is missing. */
export function parseLibraries(listing: string): Library[] {
  return listing.split("\n").flatMap((line) => {
    if (line.includes("not found")) throw new LabError(`HAProxy lacks a library: ${line.trim()}`);
    const [, name, file] = /^\s*(\S+) => (\/\S+)/.exec(line) ?? [];
    if (name !== undefined && file !== undefined) return [{ name, file }];
    const [, loader] = /^\s*(\/\S+) \(/.exec(line) ?? [];
    return loader === undefined ? [] : [{ name: loader, file: loader }];
  });
}

function library({ name, file }: Library): HostFile {
  const path = name.startsWith("/") ? name : `/usr/lib/${name}`;
  return { path, source: realpathSync(file), mode: 0o755 };
}
