import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Argument, Command, Option } from "commander";
import { LabError, messageOf } from "./errors";
import { features, provideImages, type Feature } from "./images";
import { labRuns, openLab, orchestrators, stopLab, type Orchestrator } from "./index";
import { provideRepository } from "./kubernetes/repository";
import { labLayout } from "./layout";
import { quickstart } from "./quickstart";
import { labTemplates } from "./templates";
import { startLabWithTools } from "./withTools";

const program = new Command("lab").description(
  "Slipway's lab: a vCenter API with real machines behind it",
);

const orchestrator = () =>
  new Option("--orchestrator <name>", "what the lab's clusters run")
    .choices([...orchestrators])
    .default("swarm");

program
  .command("up")
  .description("stand the lab up")
  .option("--no-machines", "VMs without machines behind them, for benchmarks")
  .addOption(orchestrator())
  .action(async (options: { machines: boolean; orchestrator: Orchestrator }) => {
    const start = Date.now();
    const lab = await startLabWithTools(options.orchestrator, {
      progress: say,
      machines: options.machines ? "docker" : "none",
      reuse: true,
    });
    say(
      `The lab is up after ${((Date.now() - start) / 1000).toFixed(1)} s. Its environment: . ${lab.dir}/env`,
    );
  });

program
  .command("quickstart")
  .description("tool chain, lab, a cluster and an application on it: what `make lab` runs")
  .addOption(orchestrator())
  .action(async (options: { orchestrator: Orchestrator }) => {
    await quickstart({ orchestrator: options.orchestrator, say });
  });

program
  .command("down")
  .description("take the lab down; nothing of it stays")
  .action(async () => {
    await stopLab();
    say("The lab is down.");
  });

program
  .command("status")
  .description("what runs in the lab")
  .action(async () => {
    if (!labRuns()) {
      say(`No lab runs in ${labLayout().dir}.`);
      process.exitCode = 1;
      return;
    }
    const lab = openLab();
    say(`vCenter     https://${lab.env.VSPHERE_SERVER ?? ""}/sdk`);
    say(`registry    https://${lab.env.SLIPWAY_LAB_REGISTRY ?? ""}`);
    say(`engine      ${lab.env.SLIPWAY_LAB_DOCKER_HOST ?? ""}`);
    say(`control     ${lab.env.SLIPWAY_LAB_CONTROL ?? ""}`);
    const machines = await lab.control.machines();
    say(`machines    ${String(machines.length)}`);
    for (const each of machines) {
      say(
        `  ${each.name.padEnd(28)} ${each.powerState.padEnd(11)} ${(each.address ?? "-").padEnd(15)} ${each.host}`,
      );
    }
  });

program
  .command("env")
  .description("print the lab's environment for a shell")
  .action(() => {
    openLab();
    process.stdout.write(readFileSync(labLayout().envFile, "utf8"));
  });

program
  .command("image")
  .description("build the images of the machines' templates, if the cache has them not")
  .addOption(orchestrator())
  .action(async (options: { orchestrator: Orchestrator }) => {
    const { images } = await labTemplates(options.orchestrator, say);
    for (const [name, reference] of Object.entries(images)) say(`${name}: ${reference}`);
  });

program
  .command("images")
  .description("put images into the lab's registry, built if the cache has them not")
  .addArgument(new Argument("<feature...>", "what they are for").choices(features))
  .action(async (wanted: Feature[]) => {
    for (const feature of wanted) await provideImages(openLab(), feature, say);
  });

program
  .command("packages")
  .description("serve the packages of Kubernetes, built if the cache has them not")
  .action(async () => {
    await provideRepository(openLab(), say);
  });

program
  .command("ssh")
  .description("log in to a machine")
  .argument("<machine>", "name of the VM")
  .argument("[command...]", "what to run there; default: a shell")
  .option("-l, --user <user>", "login user", "ops")
  .action(async (name: string, command: string[], options: { user: string }) => {
    const lab = openLab();
    const machine = (await lab.control.machines()).find((each) => each.name === name);
    if (machine?.address === undefined) {
      throw new LabError(
        `No machine of the name ${name} has an address. There are: make lab-status`,
      );
    }
    const key = machine.guestinfo["guestinfo.slipway.sshHostKey"];
    process.exitCode = await ssh(labLayout().sshKey, options.user, machine.address, key, command);
  });

/** Runs ssh on the terminal. The host key is the one that the machine has told vCenter, where it has. */
function ssh(
  identity: string,
  user: string,
  address: string,
  hostKey: string | undefined,
  command: string[],
): Promise<number> {
  const trust =
    hostKey === undefined
      ? [
          "-o",
          "StrictHostKeyChecking=no",
          "-o",
          "UserKnownHostsFile=/dev/null",
          "-o",
          "LogLevel=ERROR",
        ]
      : [
          "-o",
          `KnownHostsCommand=/bin/echo ${address} ${hostKey.split(" ").slice(0, 2).join(" ")}`,
          "-o",
          "UserKnownHostsFile=/dev/null",
        ];
  return new Promise((resolve, reject) => {
    const child = spawn("ssh", ["-i", identity, ...trust, `${user}@${address}`, "--", ...command], {
      stdio: "inherit",
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
