import { readFileSync } from "node:fs";
import { LabControl } from "./control";
import { runs, takeDown } from "./down";
import { parseEnvironment } from "./environment";
import { LabError } from "./errors";
import { exclusively } from "./host/lock";
import { labLayout } from "./layout";
import type { Orchestrator } from "./templates";
import { standUp } from "./up";

export { LabControl, type CloneFault, type LabMachine } from "./control";
export { LabError } from "./errors";
export { orchestrators, templateNames, type Orchestrator } from "./templates";

/** A lab that runs. */
export interface Lab {
  /** `LAB_DIR`. */
  readonly dir: string;
  /** What Pulumi and Slipway need in their environment to work on it. */
  readonly env: Readonly<Record<string, string>>;
  readonly control: LabControl;
  /** Socket of the lab's own Docker engine. */
  readonly dockerSocket: string;
}

export interface LabOptions {
  /** Default: `LAB_DIR` of the environment, else a folder under the user's state. */
  readonly dir?: string;
  /** `none`: VMs are no machines but report addresses at once; for benchmarks. Default `docker`. */
  readonly machines?: "docker" | "none";
  /** What its clusters will run: a lab for Kubernetes offers a template and images of its own besides. Default `swarm`. */
  readonly orchestrator?: Orchestrator;
  /** Folder with the tool chain's programs, to be first on the lab's PATH. */
  readonly toolsBin?: string;
  /** Keep a lab that runs in the folder already, instead of standing up a fresh one. Default false. */
  readonly reuse?: boolean;
  /** Called with one line for each step that takes a while. */
  readonly progress?: (text: string) => void;
}

/** Stands a lab up, after removing what a former one in the same folder has left. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const layout = labLayout(options.dir);
  await exclusively(layout, async () => {
    if (options.reuse === true && runs(layout)) {
      needOrchestrator(layout.dir, options.orchestrator ?? "swarm");
      return;
    }
    await standUp(layout, {
      progress: options.progress ?? (() => undefined),
      machines: options.machines,
      orchestrator: options.orchestrator,
      toolsBin: options.toolsBin,
    });
  });
  return openLab(layout.dir);
}

/** The lab that runs in the folder. */
export function openLab(dir?: string): Lab {
  const layout = labLayout(dir);
  const env = labEnvironmentOf(layout.dir);
  return {
    dir: layout.dir,
    env,
    control: new LabControl(env.SLIPWAY_LAB_CONTROL ?? ""),
    dockerSocket: layout.engineSocket,
  };
}

/** Whether a lab runs in the folder. */
export function labRuns(dir?: string): boolean {
  return runs(labLayout(dir));
}

/** Takes a lab down, running or killed, and leaves nothing behind. */
export async function stopLab(dir?: string): Promise<void> {
  const layout = labLayout(dir);
  await exclusively(layout, () => takeDown(layout));
}

/** @throws LabError where the running lab lacks what the orchestrator needs. */
function needOrchestrator(dir: string, orchestrator: Orchestrator): void {
  const had = labEnvironmentOf(dir).SLIPWAY_LAB_ORCHESTRATOR;
  if (orchestrator === "swarm" || had === orchestrator) return;
  throw new LabError(
    `The lab in ${dir} was stood up for ${had ?? "swarm"} and has nothing for ${orchestrator}. Take it down with make lab-down, and start again.`,
  );
}

function labEnvironmentOf(dir: string): Record<string, string> {
  const layout = labLayout(dir);
  try {
    return parseEnvironment(readFileSync(layout.envFile, "utf8"));
  } catch {
    throw new LabError(`No lab runs in ${layout.dir}. Start one with: make lab`);
  }
}
