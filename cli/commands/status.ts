import type { Command } from "commander";
import type * as statuses from "../status/run";
import type * as terminals from "../terminal";

const explanation = `
Clusters with their nodes and quorum, what is reserved of them and whether one may be lost, the last
hours of CPU, memory, requests, errors and answer times, applications with application version and
environment version and what runs of them, alerts that fire, certificates with the days that they
have left. Everything is asked now; nothing is changed. What can't be asked is told as unknown, with
the reason, and never as healthy.

Without a name: all clusters of the project. An application's Pulumi stack stands for its cluster.

Ends with 0 where nothing is critical and everything could be asked (warnings do not count), 5 where
something is critical, and 1 where something could not be asked.

Examples:
  slipway status
  slipway status prod --html status.html
  slipway status --json | jq '.clusters[].problems'`;

interface Flags {
  readonly html?: string;
}

/** `slipway status [pulumi-stack…]` */
export function addStatus(program: Command): void {
  program
    .command("status")
    .summary("how clusters and their applications are")
    .description("Show how clusters are, and what runs on them.")
    .argument("[pulumi-stacks...]", "Pulumi stacks of clusters (default: all of the project)")
    .option("--html <file>", "write one page that needs nothing else, to be looked at in a browser")
    .addHelpText("after", explanation)
    .action(async (stacks: string[], flags: Flags, command: Command) => {
      const { runStatus } = module.require("../status/run") as typeof statuses;
      const { Terminal } = module.require("../terminal") as typeof terminals;
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      await runStatus({ stacks, ...flags }, new Terminal({ json: json === true }));
    });
}
