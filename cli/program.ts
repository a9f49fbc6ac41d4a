import { Command } from "commander";
import { addAudit } from "./commands/audit";
import { addDeploy, addPromote, addRollback } from "./commands/deploy";
import { addDoctor } from "./commands/doctor";
import { addImages } from "./commands/images";
import { addKubeconfig } from "./commands/kubeconfig";
import { addRecover } from "./commands/recover";
import { addRegistry } from "./commands/registry";
import { addDiff, addReleases } from "./commands/releases";
import { addRestore } from "./commands/restore";
import { addRoll } from "./commands/roll";
import { addSnapshot } from "./commands/snapshot";
import { addStatus } from "./commands/status";
import { addVersion } from "./commands/version";
import { packageVersion } from "./packageVersion";

const about =
  "Container platforms on the VMware you already run. Clusters and applications stand up by `pulumi up`; " +
  "this command does what needs more than one update, or care between them.";

const jsonOption = [
  "--json",
  "one JSON document on standard output, words for people on standard error",
] as const;

const footer = `
Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 refused for safety (nothing was changed),
4 somebody else is at work on the same Pulumi stack, 5 an audit has found what must not be, or the
status something critical.

<pulumi-stack> is the name that \`pulumi stack ls\` shows. Commands run in the folder of the Pulumi
project or below, with the environment that \`pulumi up\` needs.`;

/** The command line. Commands load what they need when they run: `--help` must be quick. */
export function buildProgram(): Command {
  const program = new Command("slipway")
    .description(about)
    .option(...jsonOption)
    .version(packageVersion(), "-V, --version", "print the version")
    .addHelpText("after", footer)
    .helpCommand("help [command]", "show help for a command")
    .showHelpAfterError("(add --help for usage)")
    .showSuggestionAfterError()
    // `--version` behind a command is that command's own.
    .enablePositionalOptions()
    .exitOverride();
  const commands = [
    addDeploy,
    addRollback,
    addPromote,
    addReleases,
    addDiff,
    addRoll,
    addRecover,
    addKubeconfig,
    addSnapshot,
    addRestore,
    addStatus,
    addAudit,
    addImages,
    addRegistry,
    addDoctor,
    addVersion,
  ];
  for (const add of commands) add(program);
  for (const command of program.commands.flatMap((one) => [one, ...one.commands])) {
    // Accepted behind the command as well: that is where people write it.
    command.option(...jsonOption).exitOverride();
  }
  return program;
}
