import type { Command } from "commander";
import type * as pruning from "../registry/prune";
import type * as terminals from "../terminal";

const pruneExplanation = `
Removes from the cluster's registry the images that the rules in platform.registry.retention of its
cluster.yml let go. Kept whatever the rules say: what any Pulumi stack of the backend has deployed, or
can bring back by slipway rollback. A stack that can't be read stops it, and nothing is removed. Room
is free after the next garbage collection. For a nightly job of CI, with --yes.

Examples:
  slipway registry prune prod --dry-run
  slipway registry prune prod --yes --json`;

interface Flags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** `slipway registry prune <pulumi-stack>` */
export function addRegistry(program: Command): void {
  program
    .command("registry")
    .summary("remove images from a cluster's registry that nobody needs")
    .description("Look after the registry that Slipway runs for a cluster.")
    .command("prune")
    .summary("remove images by the rules of cluster.yml")
    .description("Remove images from a cluster's registry by the rules of its cluster.yml.")
    .argument("<pulumi-stack>", "Pulumi stack of the cluster")
    .option("--dry-run", "show what would be removed and change nothing")
    .option("-y, --yes", "do not ask; needed where nobody can be asked")
    .addHelpText("after", pruneExplanation)
    .action(async (stack: string, flags: Flags, command: Command) => {
      const { runPrune } = module.require("../registry/prune") as typeof pruning;
      const { Terminal } = module.require("../terminal") as typeof terminals;
      await runPrune(
        { stack, yes: flags.yes === true, dryRun: flags.dryRun === true },
        new Terminal({ json: command.optsWithGlobals<{ json?: boolean }>().json === true }),
      );
    });
}
