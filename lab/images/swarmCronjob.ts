import { join } from "node:path";
import type { RegistryImage } from "../registry/image";
import { programImage } from "./program";

/** Version of the Go module; the image's tag is without the v. */
export const swarmCronjobVersion = "v1.14.0";

/** swarm-cronjob as an image, built from its Go modules unless the cache has it: a minute on two cores. */
export function swarmCronjobImage(
  architecture: string,
  say: (text: string) => void,
): Promise<RegistryImage> {
  return programImage(
    {
      name: "swarm-cronjob",
      version: swarmCronjobVersion,
      source: join(__dirname, "..", "scheduler"),
      packages: ["github.com/crazy-max/swarm-cronjob/cmd"],
      variables: { "main.version": swarmCronjobVersion },
    },
    "/usr/local/bin/swarm-cronjob",
    architecture,
    say,
  );
}
