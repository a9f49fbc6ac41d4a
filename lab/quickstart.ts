import { spawn } from "node:child_process";
import { join } from "node:path";
import { LabError } from "./errors";
import { run } from "./host/run";
import { openLab, type Lab } from "./index";
import { startLabWithTools } from "./withTools";

const project = join(__dirname, "..");
/** Pulumi stacks that `make lab` stands up, in this order. */
const stacks = { cluster: "lab", application: "hello-lab" } as const;

export interface QuickstartOptions {
  readonly orchestrator: string;
  readonly say: (line: string) => void;
}

/** `make lab`: tool chain, lab, a cluster and a first application, from nothing to an answer over HTTP. */
export async function quickstart({ orchestrator, say }: QuickstartOptions): Promise<void> {
  if (orchestrator !== "swarm") {
    throw new LabError(`ORCHESTRATOR=${orchestrator} is not there yet: use swarm.`);
  }
  const begin = Date.now();
  const lab = await startLabWithTools("swarm", { progress: say, reuse: true });
  for (const stack of [stacks.cluster, stacks.application]) {
    await pulumi(lab, "stack", "select", "--create", stack);
    await pulumi(lab, "up", "--yes", "--stack", stack);
  }
  const seconds = Math.round((Date.now() - begin) / 1000);
  say(await farewell(lab, seconds));
}

/** Runs Pulumi on the user's terminal. */
function pulumi(lab: Lab, ...args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", args, { cwd: project, env: environment(lab), stdio: "inherit" });
    child.on("error", (error) => {
      reject(new LabError(`pulumi did not start: ${error.message}`));
    });
    child.on("close", (code) => {
      if (code === 0) resolve();
      else
        reject(
          new LabError(
            `pulumi ${args.join(" ")} failed. The lab still runs: mend what it says, then run the same command after \`eval "$(make -s env)"\`; or take it down with \`make lab-down\`.`,
          ),
        );
    });
  });
}

function environment(lab: Lab): NodeJS.ProcessEnv {
  return { ...process.env, ...lab.env };
}

interface Outputs {
  readonly managers: Record<string, string>;
  readonly workers: Record<string, string>;
  readonly sshUser: string;
}

async function outputsOf(lab: Lab): Promise<Outputs> {
  const text = await run("pulumi", ["stack", "output", "--json", "--stack", stacks.cluster], {
    cwd: project,
    env: environment(lab),
  });
  return JSON.parse(text) as Outputs;
}

/** Where everything is, and how to take it down. */
async function farewell(lab: Lab, seconds: number): Promise<string> {
  const { managers, workers, sshUser } = await outputsOf(openLab(lab.dir));
  const [manager = ""] = Object.values(managers);
  const answers = Object.values(workers).map((address) => `    curl http://${address}:8080/`);
  return [
    "",
    `The lab stands, ${seconds} s after the start.`,
    "",
    "  The application answers on every worker:",
    ...answers,
    "  Look around:",
    '    eval "$(make -s env)"',
    `    pulumi stack output --stack ${stacks.cluster}`,
    `    ssh -i "$SLIPWAY_SSH_PRIVATE_KEY_FILE" ${sshUser}@${manager}`,
    `    docker over SSH:  ssh -i "$SLIPWAY_SSH_PRIVATE_KEY_FILE" ${sshUser}@${manager} sudo docker node ls`,
    "  Take it down:",
    "    make lab-down",
  ].join("\n");
}
