import { join } from "node:path";
import type { RegistryImage } from "../registry/image";
import { programImage } from "./program";

export const traefikVersion = "v3.6.0";

/**
 * Traefik as an image, built from its Go modules unless the cache has it: four minutes on two cores. The command
 * is the one of the Traefik project; its web pages are not in it (they need an npm build), and no DNS challenge.
 */
export function traefikImage(
  architecture: string,
  say: (text: string) => void,
): Promise<RegistryImage> {
  return programImage(
    {
      name: "traefik",
      version: traefikVersion,
      source: join(__dirname, "..", "traefik"),
      packages: ["github.com/traefik/traefik/v3/cmd/traefik"],
      variables: {
        "github.com/traefik/traefik/v3/pkg/version.Version": traefikVersion.slice(1),
      },
      replaced: [
        ["without/dns.go", "github.com/go-acme/lego/v4/providers/dns/zz_gen_dns_providers.go"],
      ],
    },
    "/usr/local/bin/traefik",
    architecture,
    say,
  );
}
