import { packageVersion } from "./packageVersion";
import { findOnPath, runPulumi } from "./pulumi/cli";
import { Terminal } from "./terminal";

/** Prints versions; a Pulumi CLI that is missing is said, and is no failure. */
export async function showVersion(json: boolean): Promise<void> {
  const terminal = new Terminal({ json });
  const versions = {
    slipway: packageVersion(),
    node: process.versions.node,
    pulumi: (await pulumiVersion()) ?? null,
  };
  terminal.say(`slipway  ${versions.slipway}`);
  terminal.say(`node     ${versions.node}`);
  terminal.say(`pulumi   ${versions.pulumi ?? "not on the PATH"}`);
  terminal.result(versions);
}

async function pulumiVersion(): Promise<string | undefined> {
  if (findOnPath("pulumi") === undefined) return undefined;
  const { stdout } = await runPulumi(["version"], { cwd: process.cwd() });
  return stdout.trim().replace(/^v/, "");
}
