import type { Command } from "commander";
import type * as versions from "../version";

/** `slipway version` */
export function addVersion(program: Command): void {
  program
    .command("version")
    .description("versions of slipway and of what it runs on")
    .action(async (_flags: unknown, command: Command) => {
      const { showVersion } = module.require("../version") as typeof versions;
      await showVersion(command.optsWithGlobals<{ json?: boolean }>().json === true);
    });
}
