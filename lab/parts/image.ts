import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashInputs } from "../../tools/hash";
import { needSuite } from "./apt";
import { engineImage, runBuild, type EngineImage } from "./engineImage";
import { hostPackages } from "./hostPackages";
import { buildProgram, guestProgram } from "./programs";

const source = join(__dirname, "..", "image");
/** Changes when the part is stored in another way than before. */
const form = "engine data, 1";

/** The standard template. */
export async function templateImage(progress: (text: string) => void): Promise<EngineImage> {
  const guest = await buildProgram(guestProgram, progress);
  const key = hashInputs([source, guestProgram.source], [aptSources(), form]);
  return engineImage({
    shelf: "image",
    key,
    reference: `slipway-lab/debian-12:${key}`,
    build: async (tar, room) => {
      const tools = await hostPackages(progress);
      await needSuite("bookworm");
      await runBuild(join(source, "build.sh"), [room, tar, tools.root, guest], progress);
    },
  });
}

/** What apt here is told to fetch from: another mirror makes another image. */
function aptSources(): string {
  return ["/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources"]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}
