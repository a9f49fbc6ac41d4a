import path from "node:path";
import os from "node:os";
import { Command, Option } from "commander";
import {
  installPlugins,
  Progress,
  purposes,
  toolchain,
  ToolchainError,
  type Purpose,
  type UsedPart,
} from "./index";

const pulumiHome = process.env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi");

function table(parts: readonly UsedPart[]): string {
  const width = Math.max(...parts.map(({ name }) => name.length));
  return parts
    .map(({ name, version, source }) => `${name.padEnd(width)}  ${version.padEnd(8)}  ${source}`)
    .join("\n");
}

const program = new Command("tools")
  .description(
    "Brings Slipway's tool chain: the Pulumi CLI, its Node.js language host and plugins, at pinned versions.",
  )
  .showHelpAfterError();

const purpose = () =>
  new Option("--for <purpose>", "what the tool chain is for")
    .choices([...purposes])
    .default("swarm");

program
  .command("setup")
  .description(
    "take what fits from the PATH, build the rest from Go modules, install the plugins into the Pulumi home",
  )
  .addOption(purpose())
  .option("--json", "print the parts as JSON")
  .action(async (options: { for: Purpose; json?: boolean }) => {
    const progress = new Progress((line) => process.stderr.write(`tool chain: ${line}\n`));
    const chain = await toolchain(options.for, progress);
    await installPlugins(pulumiHome, chain.plugins);
    const built = chain.parts.some(({ source }) => source === "built from Go modules");
    if (options.json === true) process.stdout.write(`${JSON.stringify(chain, null, 2)}\n`);
    else if (built) process.stdout.write(`${table(chain.parts)}\n`);
  });

program
  .command("doctor")
  .description("say which parts are used, from where, and which of them Slipway built itself")
  .addOption(purpose())
  .action(async (options: { for: Purpose }) => {
    const progress = new Progress((line) => process.stderr.write(`tool chain: ${line}\n`));
    const { parts, binDir } = await toolchain(options.for, progress);
    process.stdout.write(
      `${table(parts)}\n\nPulumi and its language host: ${binDir}\nplugins: ${pulumiHome}\n`,
    );
  });

program
  .command("env")
  .description(
    'print the environment in which plain `pulumi` works: eval "$(npx tsx tools/main.ts env)"',
  )
  .addOption(purpose())
  .action(async (options: { for: Purpose }) => {
    const { binDir } = await toolchain(
      options.for,
      new Progress((line) => process.stderr.write(`${line}\n`)),
    );
    process.stdout.write(`export PATH='${binDir}':"$PATH"\n`);
  });

program.parseAsync().catch((error: unknown) => {
  const known = error instanceof ToolchainError || process.env.SLIPWAY_DEBUG !== "1";
  const text =
    error instanceof Error
      ? known
        ? error.message
        : (error.stack ?? error.message)
      : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
