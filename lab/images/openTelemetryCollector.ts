import { join } from "node:path";
import { buildModule, type GoModule } from "../parts/goModule";
import { layeredImage, type RegistryImage } from "../registry/image";
import { programLayer } from "./layers";

export const collectorVersion = "0.145.0";

/** Where the image of the project has it. */
const program = "/otelcol-contrib";

/** With the components that Slipway configures, of the contrib distribution's hundreds: three minutes on two idle cores. */
const collectorModule: GoModule = {
  name: "otelcol-contrib",
  version: collectorVersion,
  source: join(__dirname, "..", "logging", "collector"),
  packages: ["."],
  variables: { "main.version": collectorVersion },
};

/** Path of the collector on this machine, built unless the cache has it. */
export async function collectorProgram(say: (text: string) => void): Promise<string> {
  return join(await buildModule(collectorModule, say), "collector");
}

/** The OpenTelemetry Collector as an image, with entry point, user and paths of the project's own. */
export async function collectorImage(
  architecture: string,
  say: (text: string) => void,
): Promise<RegistryImage> {
  const source = await collectorProgram(say);
  return layeredImage([await programLayer("otelcol-contrib", source, program, [])], architecture, {
    Entrypoint: [program],
    Cmd: ["--config", "/etc/otelcol-contrib/config.yaml"],
    User: "10001:10001",
  });
}
