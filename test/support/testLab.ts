import { rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { openLab, startLab, stopLab, type Lab, type Orchestrator } from "../../lab";
import { provideImages } from "../../lab/images";
import { readPidFile, writePidFile } from "../../lab/host/process";
import { labLayout } from "../../lab/layout";
import { installPlugins, Progress, toolchain } from "../../tools";

/** Folder of a running lab that the tests are to use, and leave running. */
const borrowed = process.env.SLIPWAY_TEST_LAB_DIR;
/** Otherwise a folder of the tests' own: a lab that somebody uses by hand is another one. */
const dir = borrowed ?? path.join(os.tmpdir(), "slipway-test-lab");
/** Which process has stood it up. */
const owner = `${dir}.pid`;

function say(line: string): void {
  process.stdout.write(`lab: ${line}\n`);
}

/**
 * Stands up a lab for one test file, with the tool chain that the tests run.
 *
 * @param orchestrator what its clusters will run. Default `swarm`.
 * @throws Error where other tests have it that are running: it is theirs.
 */
export async function standUpLab(orchestrator: Orchestrator = "swarm"): Promise<Lab> {
  if (borrowed === undefined) take();
  const chain = await toolchain(orchestrator, new Progress(say));
  const lab =
    borrowed === undefined
      ? await startLab({ dir, orchestrator, toolsBin: chain.binDir, progress: say })
      : openLab(borrowed);
  await installPlugins(labLayout(borrowed ?? dir).pulumiHome, chain.plugins);
  if (orchestrator === "kubernetes") {
    await provideImages(lab, "kubernetes", say);
    // The lab's sample cluster has one.
    await provideImages(lab, "ingress", say);
  }
  const PATH = [chain.binDir, lab.env.PATH ?? ""].join(path.delimiter);
  return { ...lab, env: { ...lab.env, PATH } };
}

/** Takes it down, if this process has stood it up. */
export async function takeDownLab(): Promise<void> {
  if (borrowed !== undefined || readPidFile(owner)?.pid !== process.pid) return;
  await stopLab(dir);
  rmSync(owner, { force: true });
}

function take(): void {
  const { pid = process.pid } = readPidFile(owner) ?? {};
  if (pid !== process.pid)
    throw new Error(
      `Other lab tests are running (process ${pid}), and there is one lab for all of them. Wait for them, then try again.`,
    );
  writePidFile(owner, process.pid);
}
