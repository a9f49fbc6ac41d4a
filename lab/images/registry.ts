import { basename, join } from "node:path";
import { buildModule } from "../parts/goModule";
import { layeredImage, type RegistryImage } from "../registry/image";
import { busyboxLayer } from "./busybox";
import { programLayer } from "./layers";

/** Version of the Go module; the image's tag is without the v. */
export const registryVersion = "v3.1.2";

const command = "github.com/distribution/distribution/v3/cmd/registry";

/**
 * The CNCF distribution registry as an image, built from its Go modules unless the cache has it, on a shell with the usual
 * commands, as the project's own image has one.
 */
export async function registryImage(
  architecture: string,
  say: (text: string) => void,
): Promise<RegistryImage> {
  const programs = await buildModule(
    {
      name: "registry",
      version: registryVersion,
      source: join(__dirname, "..", "distribution"),
      packages: [command],
      variables: { "github.com/distribution/distribution/v3/version.version": registryVersion },
    },
    say,
  );
  const program = join(programs, basename(command));
  const own = await programLayer("registry", program, "/bin/registry", []);
  return layeredImage([await busyboxLayer(say), own], architecture, {
    Entrypoint: ["registry"],
    Cmd: ["serve", "/etc/distribution/config.yml"],
    Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  });
}
