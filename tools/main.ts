import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { Command, Option } from "commander";
import {
  inspect,
  installPlugins,
  Progress,
  purposes,
  toolchain,
  ToolchainError,
  userPulumiHome,
  type Purpose,
} from "./index";
import { officialHint, table } from "./report";

const progress = new Progress((line) => process.stderr.write(`tool chain: ${line}\n`));

const program = new Command("tools")
  .description(
    "Brings Slipway's tool chain: the Pulumi CLI, its Node.js language host and plugins, at pinned versions. See docs/toolchain.md.",
  )
  .showHelpAfterError();

const purpose = () =>
  new Option(
    "--for <purpose>",
    "what the tool chain is for: clusters of one orchestrator and their applications, the benchmarks, or all of it",
  )
    .choices([...purposes])
    .default("swarm");

program
  .command("setup")
  .description(
    "use the official Pulumi where its pinned version is on the PATH, build the rest from Go modules, and install the plugins into the Pulumi home",
  )
  .addOption(purpose())
  .option("--json", "print the parts as JSON")
  .addHelpText(
    "after",
    `
What was built is kept under $XDG_CACHE_HOME/slipway/toolchain (default ~/.cache) and used by the next clone.
Plugins go to $PULUMI_HOME (default ~/.pulumi). \`doctor\` says what is here, and builds nothing.`,
  )
  .action(async (options: { for: Purpose; json?: boolean }) => {
    const chain = await toolchain(options.for, progress);
    await installPlugins(userPulumiHome(), chain.plugins);
    if (chain.remark !== undefined) process.stderr.write(`tool chain: ${chain.remark}\n`);
    const built = chain.parts.some(({ source }) => source === "built from Go modules");
    if (options.json === true) process.stdout.write(`${JSON.stringify(chain, null, 2)}\n`);
    else if (built)
      process.stdout.write([table(chain.parts), ...officialHint(chain.parts), ""].join("\n"));
  });

program
  .command("doctor")
  .description(
    "say what this machine lacks, which parts are here, from where, and which of them Slipway built itself; builds nothing",
  )
  .addOption(purpose())
  .option("--json", "print what was found as JSON")
  .action(async (options: { for: Purpose; json?: boolean }) => {
    const { parts, remark } = await inspect(options.for);
    const missing = parts.some(({ source }) => source === "missing");
    const lacking = await lackingPrerequisites(missing);
    if (missing || lacking !== undefined) process.exitCode = 1;
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify({ lacking, parts, remark }, null, 2)}\n`);
      return;
    }
    process.stdout.write(
      [
        lacking ?? "Prerequisites: all here",
        "",
        table(parts),
        "",
        `Plugins are installed into ${userPulumiHome()}`,
        ...(remark === undefined ? [] : [remark]),
        ...(missing ? ["What is missing is built by: make setup"] : []),
        ...officialHint(parts),
        "",
      ].join("\n"),
    );
  });

program
  .command("env")
  .description(
    'print the environment in which plain `pulumi` works: eval "$(npx tsx tools/main.ts env)"',
  )
  .addOption(purpose())
  .action(async (options: { for: Purpose }) => {
    const { binDir } = await toolchain(options.for, progress);
    process.stdout.write(`export PATH='${binDir}':"$PATH"\n`);
  });

/** What `tools/bootstrap` finds missing on this machine; undefined when it finds all it wants. */
async function lackingPrerequisites(mustBuild: boolean): Promise<string | undefined> {
  const args = mustBuild ? ["--check", "--go"] : ["--check"];
  try {
    await promisify(execFile)(path.join(__dirname, "bootstrap"), args);
    return undefined;
  } catch (error) {
    return ((error as { stderr?: string }).stderr ?? String(error)).trim();
  }
}

program.parseAsync().catch((error: unknown) => {
  const plain = error instanceof ToolchainError || process.env.SLIPWAY_DEBUG !== "1";
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`${plain ? message : (stack ?? message)}\n`);
  process.exitCode = 1;
});
