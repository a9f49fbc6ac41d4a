import type { Command } from "commander";
import type * as listing from "../deploy/releases";
import type * as comparing from "../deploy/compare";
import type * as terminals from "../terminal";

const releasesExplanation = `
Without an application: what runs where, for every application's Pulumi stack of the project.
With an application and an environment: every release there, the failed ones too.

Examples:
  slipway releases
  slipway releases shop
  slipway releases shop prod --json`;

const diffExplanation = `
Compares what runs in two environments, on both axes: application version and images, and what the
environments themselves say. Values of secrets are not shown, only whether they differ.

Example:
  slipway diff shop dev prod`;

/** `slipway releases [app] [env]` */
export function addReleases(program: Command): void {
  program
    .command("releases")
    .summary("which release runs where, and what ran before")
    .description("Show which release runs where, and what ran before.")
    .argument("[app]", "application")
    .argument("[env]", "environment")
    .addHelpText("after", releasesExplanation)
    .action(
      async (
        application: string | undefined,
        environment: string | undefined,
        _flags: object,
        command: Command,
      ) => {
        const { runReleases } = module.require("../deploy/releases") as typeof listing;
        const { Terminal } = module.require("../terminal") as typeof terminals;
        const terminal = new Terminal(command.optsWithGlobals<{ json: boolean }>());
        await runReleases(application, environment, terminal);
      },
    );
}

/** `slipway diff <app> <env-a> <env-b>` */
export function addDiff(program: Command): void {
  program
    .command("diff")
    .summary("what differs between two environments of an application")
    .description("Show what differs between two environments of an application.")
    .argument("<app>", "application")
    .argument("<env-a>", "one environment")
    .argument("<env-b>", "the other environment")
    .addHelpText("after", diffExplanation)
    .action(
      async (application: string, one: string, other: string, _flags: object, command: Command) => {
        const { runDiff } = module.require("../deploy/compare") as typeof comparing;
        const { Terminal } = module.require("../terminal") as typeof terminals;
        const terminal = new Terminal(command.optsWithGlobals<{ json: boolean }>());
        await runDiff(application, one, other, terminal);
      },
    );
}
