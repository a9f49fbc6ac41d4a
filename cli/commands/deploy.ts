import { InvalidArgumentError, type Command } from "commander";
import type { DriftChoice } from "../deploy/update";
import type * as deploying from "../deploy/run";
import type * as terminals from "../terminal";
import { withPolicyPacks, type PolicyPackFlags } from "./policyPack";

const deployExplanation = `
Deploys onto the cluster that the configuration of the Pulumi stack <app>-<env> names: the files as
they are in this checkout (the environment version), with the application version that you give.
Everything is looked at first: files, images, room on the nodes, ports, what others have changed.
A rollout that fails brings the whole application back to the release before, and exits with 1.

Examples:
  slipway deploy shop prod --version 2.0.1
  slipway deploy shop prod                        the version that is configured, new files
  slipway deploy shop prod --version 2.0.1 --dry-run
  slipway deploy shop prod --policy-pack policies
  slipway deploy shop prod --accept               leave alone what somebody changed by hand`;

const rollbackExplanation = `
Brings back a release as it ran: application version and environment version, image digests, configs
and secrets. Without --to it is the release before the current one; after a deployment that failed
and stopped half way (pulumi up, or x-slipway.rollback: pause) the current one. Jobs do not run.

Examples:
  slipway rollback shop prod
  slipway rollback shop prod --to 12`;

const promoteExplanation = `
Deploys what runs in one environment into another: the same application version, and the same
images by digest, with the files of the other environment.

Example:
  slipway promote shop dev prod`;

interface Flags extends PolicyPackFlags {
  readonly overwrite?: boolean;
  readonly accept?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

function load() {
  return {
    ...(module.require("../deploy/run") as typeof deploying),
    ...(module.require("../terminal") as typeof terminals),
  };
}

/** `slipway deploy <app> <env>` */
export function addDeploy(program: Command): void {
  withOptions(
    program
      .command("deploy")
      .summary("deploy a version of an application")
      .description("Deploy a version of an application into an environment.")
      .argument("<app>", "application")
      .argument("<env>", "environment")
      .option("--version <version>", "application version (the VERSION of the file)")
      .option("--force", "go past versions that were released with other content"),
  )
    .addHelpText("after", deployExplanation)
    .action(
      async (
        application: string,
        environment: string,
        flags: Flags & { version?: string },
        command: Command,
      ) => {
        const { runDeploy, Terminal } = load();
        await runDeploy(
          { application, environment },
          flags.version,
          optionsOf(flags, command),
          new Terminal(command.optsWithGlobals<{ json: boolean }>()),
        );
      },
    );
}

/** `slipway rollback <app> <env>` */
export function addRollback(program: Command): void {
  withOptions(
    program
      .command("rollback")
      .summary("bring back an earlier release")
      .description("Bring back an earlier release of an application.")
      .argument("<app>", "application")
      .argument("<env>", "environment")
      .option("--to <release>", "number of the release (default: the one before)", releaseNumber),
  )
    .addHelpText("after", rollbackExplanation)
    .action(
      async (
        application: string,
        environment: string,
        flags: Flags & { to?: number },
        command: Command,
      ) => {
        const { runRollback, Terminal } = load();
        await runRollback(
          { application, environment },
          flags.to,
          optionsOf(flags, command),
          new Terminal(command.optsWithGlobals<{ json: boolean }>()),
        );
      },
    );
}

/** `slipway promote <app> <from> <to>` */
export function addPromote(program: Command): void {
  withOptions(
    program
      .command("promote")
      .summary("deploy what runs in one environment into another")
      .description("Deploy what runs in one environment into another, by digest.")
      .argument("<app>", "application")
      .argument("<from>", "environment to take it from")
      .argument("<to>", "environment to deploy it into")
      .option("--force", "go past versions that were released with other content"),
  )
    .addHelpText("after", promoteExplanation)
    .action(
      async (application: string, from: string, to: string, flags: Flags, command: Command) => {
        const { runPromote, Terminal } = load();
        await runPromote(
          application,
          from,
          to,
          optionsOf(flags, command),
          new Terminal(command.optsWithGlobals<{ json: boolean }>()),
        );
      },
    );
}

function withOptions(command: Command): Command {
  return withPolicyPacks(command)
    .option("--overwrite", "put back what somebody else has changed on the cluster")
    .option("--accept", "leave what somebody else has changed as it is, in this deployment")
    .option("--dry-run", "show what would change and change nothing");
}

function optionsOf(flags: Flags, command: Command): deploying.DeployOptions {
  if (flags.overwrite === true && flags.accept === true)
    command.error("error: give either --overwrite or --accept");
  const drift: DriftChoice =
    flags.overwrite === true ? "overwrite" : flags.accept === true ? "accept" : "stop";
  return {
    drift,
    force: flags.force === true,
    dryRun: flags.dryRun === true,
    policyPacks: flags.policyPack,
  };
}

function releaseNumber(text: string): number {
  const number = Number(text.replace(/^#/, ""));
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("give the number of a release, such as 12.");
}
