import type { Command } from "commander";
import type * as doctors from "../doctor";

/** `slipway doctor` */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description(
      "check this machine: programs, plugins and their versions, and where they come from",
    )
    .action(async (_flags: unknown, command: Command) => {
      const { runDoctor } = module.require("../doctor") as typeof doctors;
      await runDoctor({ json: command.optsWithGlobals<{ json?: boolean }>().json === true });
    });
}
