import type { Command } from "commander";
import type * as recovering from "../recover/run";
import type * as terminals from "../terminal";

const explanation = `
After an update was killed (power cut, kill -9, a CI job that was cancelled): lists the lock, the
operations that had begun, VMs that were cloned and are not in the state yet, and VMs that are gone;
asks; clears all that; and runs the update again, which finishes what was begun.

A VM is destroyed only when it is certain that the killed update made it: it carries this cluster's
identity and its name, and its creation is pending or it is no member of a cluster; or it has the
name of a pending creation at that place, is younger than the update and never ran. Any other VM is
named, with what to do, and left alone. The state as it was is kept in a file beside Pulumi.yaml.

It can be killed and run again itself.

Examples:
  slipway recover lab
  slipway recover prod --yes               in CI
  slipway recover prod --dry-run           what was left, and nothing else`;

interface Flags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly breakLock?: boolean;
}

/** `slipway recover <pulumi-stack>` */
export function addRecover(program: Command): void {
  program
    .command("recover")
    .summary("clear up after an update that was killed, and run it again")
    .description("Clear up after an update that was killed, and run it again.")
    .argument("<pulumi-stack>", "Pulumi stack that the update was of")
    .option("--dry-run", "list what was left and change nothing")
    .option("--break-lock", "go on although the lock was taken on another machine")
    .option("-y, --yes", "do not ask; needed where nobody can be asked")
    .addHelpText("after", explanation)
    .action(async (stack: string, flags: Flags, command: Command) => {
      const { runRecover } = module.require("../recover/run") as typeof recovering;
      const { Terminal } = module.require("../terminal") as typeof terminals;
      await runRecover(
        {
          stack,
          yes: flags.yes === true,
          dryRun: flags.dryRun === true,
          breakLock: flags.breakLock === true,
        },
        new Terminal({ json: command.optsWithGlobals<{ json?: boolean }>().json === true }),
      );
    });
}
