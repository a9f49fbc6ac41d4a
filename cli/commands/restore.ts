import type { Command } from "commander";
import type * as restores from "../kubernetes/restore/run";
import type * as terminals from "../terminal";

const explanation = `
For a Kubernetes cluster that has lost all its control planes: makes new machines for them, puts the
snapshot on the first one, starts the cluster from it and runs the update, by which the other control
planes join and what the snapshot lacks is made. Workers live on meanwhile, and find the cluster again.

What changed in the cluster after the snapshot is lost. Refused while a control plane answers, has
data that may be newer, or can't be asked; for a snapshot of another cluster; for a version that can't
read it.

It can be killed and run again. Where it was killed in an update, \`slipway recover\` comes first.

Examples:
  slipway restore prod --snapshot prod-snapshot-20260301T060000Z.tar --dry-run
  slipway restore prod --snapshot prod-snapshot-20260301T060000Z.tar`;

interface Flags {
  readonly snapshot: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** `slipway restore <pulumi-stack> --snapshot <file>` */
export function addRestore(program: Command): void {
  program
    .command("restore")
    .summary("bring a Kubernetes cluster back that lost all control planes")
    .description("Bring a Kubernetes cluster back that has lost all its control planes.")
    .argument("<pulumi-stack>", "Pulumi stack of the cluster")
    .requiredOption("--snapshot <file>", "snapshot that `slipway snapshot` has fetched")
    .option("--dry-run", "show what would be done and change nothing")
    .option("-y, --yes", "do not ask; needed where nobody can be asked")
    .addHelpText("after", explanation)
    .action(async (stack: string, flags: Flags, command: Command) => {
      const { runRestore } = module.require("../kubernetes/restore/run") as typeof restores;
      const { Terminal } = module.require("../terminal") as typeof terminals;
      await runRestore(
        {
          stack,
          snapshot: flags.snapshot,
          yes: flags.yes === true,
          dryRun: flags.dryRun === true,
        },
        new Terminal({ json: command.optsWithGlobals<{ json?: boolean }>().json === true }),
      );
    });
}
