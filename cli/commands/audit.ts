import { Option, type Command } from "commander";
import type * as auditing from "../audit/run";
import type * as terminals from "../terminal";
import { failOn, type FailOn } from "../audit/failOn";

const explanation = `
Asks every policy about the resources of Pulumi stacks, and changes nothing: about what \`pulumi up\`
would make of them (a preview), or with --deployed about what the state says is there. What was
checked, what was found, what could not be known, what is exempted and until when goes into files:
evidence.json, evidence.sarif (SARIF 2.1.0), evidence.md and evidence.html. The same input gives the
same bytes, but for the time.

Ends with 5 where a mandatory policy is violated; --fail-on draws the line elsewhere.

Examples:
  slipway audit prod shop-prod
  slipway audit shop-prod --deployed --output evidence/
  slipway audit shop-prod --fail-on undetermined`;

interface Flags {
  readonly deployed?: boolean;
  readonly output?: string;
  readonly failOn: FailOn;
}

/** `slipway audit <pulumi-stack…>` */
export function addAudit(program: Command): void {
  program
    .command("audit")
    .summary("ask every policy, and write down what it says")
    .description("Ask every policy about Pulumi stacks, and write down what it says.")
    .argument("<pulumi-stacks...>", "Pulumi stacks to look at")
    .option("--deployed", "what the state says is there, in the place of a preview")
    .option("-o, --output <folder>", "folder for the evidence (default: none is written)")
    .addOption(
      new Option("--fail-on <what>", "the least that makes the command fail")
        .choices([...failOn])
        .default("mandatory"),
    )
    .addHelpText("after", explanation)
    .action(async (stacks: string[], flags: Flags, command: Command) => {
      const { runAudit } = module.require("../audit/run") as typeof auditing;
      const { Terminal } = module.require("../terminal") as typeof terminals;
      await runAudit(
        {
          stacks,
          source: flags.deployed === true ? "state" : "preview",
          output: flags.output,
          failOn: flags.failOn,
        },
        new Terminal(command.optsWithGlobals<{ json: boolean }>()),
      );
    });
}
