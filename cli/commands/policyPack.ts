import path from "node:path";
import type { Command } from "commander";

/** Says that a command takes policy packs, as Pulumi's own do. */
export function withPolicyPacks(command: Command): Command {
  return command.option(
    "--policy-pack <folder>",
    "policy pack that stops what breaks a mandatory rule, before anything changes; may be repeated",
    (folder: string, before: readonly string[]) => [...before, path.resolve(folder)],
    [],
  );
}

/** What the user gives for `withPolicyPacks`. */
export interface PolicyPackFlags {
  readonly policyPack: readonly string[];
}
