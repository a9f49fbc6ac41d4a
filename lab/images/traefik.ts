import { copyFileSync, cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hashInputs } from "../../tools/hash";
import { Progress } from "../../tools/progress";
import { LabError } from "../errors";
import { runAny } from "../host/run";
import { cachedPart } from "../parts/cache";
import { goVersion } from "../parts/programs";
import { layerImage, type RegistryImage } from "../registry/image";
import { layerOf } from "./files";
import { readImage, writeImage } from "./store";

export const traefikVersion = "v3.6.0";

const source = join(__dirname, "..", "traefik");
const command = "github.com/traefik/traefik/v3/cmd/traefik";
const ldflags = `-s -w -X github.com/traefik/traefik/v3/pkg/version.Version=${traefikVersion.slice(1)}`;
/** What is put in the place of a file of a dependency. */
const replaced = [
  ["without/dns.go", "vendor/github.com/go-acme/lego/v4/providers/dns/zz_gen_dns_providers.go"],
] as const;
/** Where the image of the Traefik project has it. */
const program = "/usr/local/bin/traefik";
/** Changes when the image is made in another way than before. */
const form = "image, 1";

/**
 * Traefik as an image, built from its Go modules unless the cache has it: four minutes on two cores. The command
 * is the one of the Traefik project; its web pages are not in it (they need an npm build), and no DNS challenge.
 */
export async function traefikImage(
  architecture: string,
  say: (text: string) => void,
): Promise<RegistryImage> {
  const key = hashInputs([source], [await goVersion(), traefikVersion, ldflags, form]);
  const folder = await cachedPart("image-traefik", key, async (work) => {
    const progress = new Progress(say);
    const module = join(work, "module");
    const built = join(work, "traefik");
    cpSync(source, module, { recursive: true });
    await progress.during(`traefik ${traefikVersion}: fetching its Go modules`, () =>
      go(module, ["mod", "vendor"]),
    );
    for (const [own, theirs] of replaced) copyFileSync(join(module, own), join(module, theirs));
    await progress.during(`traefik ${traefikVersion}: building`, () =>
      go(module, ["build", "-mod=vendor", "-trimpath", "-ldflags", ldflags, "-o", built, command]),
    );
    const layer = await layerOf([{ path: program, source: built, mode: 0o755 }]);
    writeImage(
      work,
      layerImage(layer, architecture, { Entrypoint: [program], User: "65534:65534" }),
    );
    rmSync(module, { recursive: true });
    rmSync(built);
  });
  return readImage(folder);
}

async function go(cwd: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOGC: "400" };
  const result = await runAny("go", args, { cwd, env });
  if (result.code === 0) return;
  const said = result.stderr.split("\n").filter((line) => !line.startsWith("go: downloading"));
  throw new LabError(`Traefik could not be built:\n${said.slice(-20).join("\n").trim()}`);
}
