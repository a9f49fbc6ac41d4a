import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../host/run";
import { needSuite } from "./apt";
import { cachedPart, discardPart, recordHash } from "./cache";
import { hashFile, hashInputs } from "./hash";
import { hostPackages } from "./hostPackages";
import { buildProgram, guestProgram } from "./programs";

const source = join(__dirname, "..", "image");
const shelf = "image";

/** The standard template's root file system. */
export interface TemplateImage {
  readonly tar: string;
  /** SHA-256 that the tar had when it was built. */
  readonly sha256: string;
  /** Name under which the engine knows it: changes with the content. */
  readonly reference: string;
  /** Throws it away, after it turned out to be damaged. */
  readonly discard: () => void;
}

export async function templateImage(progress: (text: string) => void): Promise<TemplateImage> {
  const guest = await buildProgram(guestProgram, progress);
  const key = hashInputs([source, guestProgram.source], [aptSources()]);
  const folder = await cachedPart(shelf, key, async (work) => {
    const tools = await hostPackages(progress);
    await needSuite("bookworm");
    const tar = join(work, "machine.tar");
    const room = join(work, "room");
    // A build ends with us, and its mounts with it.
    await run(
      "setpriv",
      ["--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", join(source, "build.sh"), room, tar, tools.root, guest],
      { onLine: progress },
    );
    rmSync(room, { recursive: true });
    chmodSync(tar, 0o600);
    recordHash(tar, await hashFile(tar));
  });
  const tar = join(folder, "machine.tar");
  return {
    tar,
    sha256: readFileSync(`${tar}.sha256`, "utf8").trim(),
    reference: `slipway-lab/debian-12:${key}`,
    discard: () => {
      discardPart(shelf, key);
    },
  };
}

/** What apt here is told to fetch from: another mirror makes another image. */
function aptSources(): string {
  return ["/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources"]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}
