import os from "node:os";
import path from "node:path";
import { startLab, stopLab, type Lab } from "../../lab";
import { labLayout } from "../../lab/layout";
import { installPlugins, Progress, toolchain } from "../../tools";

/** A folder of the tests' own: a lab that somebody uses by hand is another one. */
const dir = path.join(os.tmpdir(), "slipway-test-lab");

function say(line: string): void {
  process.stdout.write(`lab: ${line}\n`);
}

/** Stands up a lab for one test file, with the tool chain that the tests run. */
export async function standUpLab(): Promise<Lab> {
  const chain = await toolchain("swarm", new Progress(say));
  const lab = await startLab({ dir, toolsBin: chain.binDir, progress: say });
  await installPlugins(labLayout(dir).pulumiHome, chain.plugins);
  return lab;
}

export async function takeDownLab(): Promise<void> {
  await stopLab(dir);
}
