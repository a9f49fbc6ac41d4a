import type { Command } from "commander";
import type * as logs from "../logs/run";

const explanation = `
Reads the store that platform.logging of the cluster names, in the order of time. A cluster's own store is
asked over SSH, through the machine or the control plane that has it, so that it needs what \`slipway roll\`
needs: the cluster's SSH key. A store of the site is asked at its URL.

--since and --until take a span before now (90s, 15m, 1h, 2d, 1w) or a time (2026-11-22T10:00, of this
machine unless it ends in Z or an offset). --grep takes a text, whose case does not count, or a regular
expression between slashes (/time[ -]?out/i); it looks into messages and into the members of JSON lines.
The store finds a text by the whole words in it: a longer one is found faster. A regular expression is
held against every line of the time.

Colours are for terminals (NO_COLOR switches them off). With --json each line is one JSON document.

Examples:
  slipway logs shop prod --since 1h --grep "payment failed"
  slipway logs shop prod --service web --level error --follow
  slipway logs --cluster prod --node workers-3 --system --since 2d
  slipway logs shop prod --since 10m --json | jq .message`;

interface Flags {
  readonly cluster?: string;
  readonly service?: string;
  readonly node?: string;
  readonly system?: boolean;
  readonly level?: string;
  readonly grep?: string;
  readonly since?: string;
  readonly until?: string;
  readonly lines?: string;
  readonly follow?: boolean;
}

/** `slipway logs <app> <env>` */
export function addLogs(program: Command): void {
  program
    .command("logs")
    .summary("lines of an application, of a cluster, or of its machines")
    .description("Show the lines that an application, a cluster or its machines have written.")
    .argument("[app]", "application")
    .argument("[env]", "environment")
    .option("--cluster <pulumi-stack>", "all lines of a cluster, in the place of an application's")
    .option("--service <name>", "one service of the application")
    .option("--node <name>", "one machine (workers-0), or node by its host name")
    .option("--system", "lines of the container engine and of the system; with --cluster")
    .option("--level <level>", "as grave as debug, info, warn, error or fatal, or graver")
    .option("--grep <text>", "lines with a text, or with a /regular expression/")
    .option("--since <when>", "from then on (default: 1h)")
    .option("--until <when>", "up to then (default: now)")
    .option("-n, --lines <count>", "the newest of them (default: 1000)")
    .option("-f, --follow", "go on with new lines")
    .addHelpText("after", explanation)
    .action(
      async (
        application: string | undefined,
        environment: string | undefined,
        flags: Flags,
        command: Command,
      ) => {
        const { runLogs } = module.require("../logs/run") as typeof logs;
        await runLogs({
          application,
          environment,
          ...flags,
          system: flags.system === true,
          follow: flags.follow === true,
          json: command.optsWithGlobals<{ json?: boolean }>().json === true,
        });
      },
    );
}
