import { InvalidArgumentError, type Command } from "commander";
import type * as rolling from "../roll/run";
import type * as terminals from "../terminal";
import { withPolicyPacks, type PolicyPackFlags } from "./policyPack";

const explanation = `
Replaces machines by new ones of the definition in cluster.yml, one at a time: the new machine is
cloned, made ready and joins; then the old one is drained, leaves the cluster and is destroyed.
Between two machines every node must be Ready, every manager reachable or every member of etcd
healthy, and every service or workload whole. A pool never has more machines than its size plus one.
A static pool without a spare address lets the old machine go first; for the only manager or control
plane that is refused. The control plane of a cluster without apiEndpoint cannot be replaced.

A plain \`pulumi up\` replaces nothing: it tells which machines are stale.

Examples:
  slipway roll lab managers              the stale machines of pool managers
  slipway roll lab workers-1 --force     this one, stale or not
  slipway roll prod --all-stale --yes    every stale machine of every pool, in CI
  slipway roll prod general --dry-run    the plan, and nothing else`;

interface Flags extends PolicyPackFlags {
  readonly allStale?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly healthTimeout: number;
}

/** `slipway roll <pulumi-stack> [pool|machine]` */
export function addRoll(program: Command): void {
  withPolicyPacks(program.command("roll"))
    .summary("replace stale machines, one at a time")
    .description("Replace stale machines, one at a time.")
    .argument("<pulumi-stack>", "Pulumi stack of the cluster")
    .argument("[target]", "node pool, or one machine of it (managers-0)")
    .option("--all-stale", "the stale machines of every pool")
    .option("--force", "also machines that are up to date, and pools with replace: never")
    .option("--dry-run", "show the plan and change nothing")
    .option("-y, --yes", "do not ask; needed where nobody can be asked")
    .option(
      "--health-timeout <seconds>",
      "how long the cluster may take to be well after a machine",
      positive,
      600,
    )
    .addHelpText("after", explanation)
    .action(async (stack: string, target: string | undefined, flags: Flags, command: Command) => {
      if ((target === undefined) !== (flags.allStale === true)) {
        command.error("error: give either a pool or machine, or --all-stale");
      }
      const { runRoll } = module.require("../roll/run") as typeof rolling;
      const { Terminal } = module.require("../terminal") as typeof terminals;
      await runRoll(
        {
          stack,
          target,
          force: flags.force === true,
          yes: flags.yes === true,
          dryRun: flags.dryRun === true,
          policyPacks: flags.policyPack,
          healthTimeout: flags.healthTimeout,
        },
        new Terminal({ json: command.optsWithGlobals<{ json?: boolean }>().json === true }),
      );
    });
}

function positive(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new InvalidArgumentError("give a number of seconds above 0.");
}
