import type { Command } from "commander";

/** `slipway version` */
export function addVersion(program: Command): void {
  program
    .command("version")
    .description("versions of slipway and of what it runs on")
    .action(async () => {
      const { showVersion } = await import("../version");
      await showVersion(program.opts<{ json?: boolean }>().json === true);
    });
}
