import type { Command } from "commander";
import type * as snapshots from "../kubernetes/snapshot/run";
import type * as terminals from "../terminal";

const explanation = `
Takes a snapshot of etcd on a control plane that answers, and fetches it: all objects of the cluster,
the keys of its authorities and the key of its encrypted secrets. Whoever has it has the cluster. With
it \`slipway restore\` brings the cluster back after all control planes are lost.

Control planes take snapshots at their times, too, and keep them on their own disks: --list shows
these, --from fetches one. No API server has to answer for that.

Examples:
  slipway snapshot prod
  slipway snapshot prod --output /backup/prod.tar
  slipway snapshot prod --list
  slipway snapshot prod --from snapshot-20260301T060000Z.tar`;

interface Flags {
  readonly output?: string;
  readonly list?: boolean;
  readonly from?: string;
}

/** `slipway snapshot <pulumi-stack>` */
export function addSnapshot(program: Command): void {
  program
    .command("snapshot")
    .summary("take a snapshot of a Kubernetes cluster and fetch it")
    .description("Take a snapshot of a Kubernetes cluster and fetch it.")
    .argument("<pulumi-stack>", "Pulumi stack of the cluster")
    .option("-o, --output <file>", "file to write (default: <pulumi-stack>-<name>.tar here)")
    .option("--list", "show the snapshots that control planes keep")
    .option("--from <name>", "fetch one of those")
    .addHelpText("after", explanation)
    .action(async (stack: string, flags: Flags, command: Command) => {
      if (flags.list === true && (flags.from ?? flags.output) !== undefined)
        command.error("error: --list fetches nothing: give it alone");
      const { runSnapshot } = module.require("../kubernetes/snapshot/run") as typeof snapshots;
      const { Terminal } = module.require("../terminal") as typeof terminals;
      await runSnapshot(
        { stack, ...flags, list: flags.list === true },
        new Terminal({ json: command.optsWithGlobals<{ json?: boolean }>().json === true }),
      );
    });
}
