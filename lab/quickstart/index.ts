import { spawn } from "node:child_process";
import { join } from "node:path";
import { LabError } from "../errors";
import { run } from "../host/run";
import { provideImages } from "../images";
import { openLab, type Lab, type Orchestrator } from "../index";
import { startLabWithTools } from "../withTools";
import { kubernetesWays } from "./kubernetes";
import { swarmWays } from "./swarm";
import type { Outputs, Way } from "./way";

const project = join(__dirname, "../..");
/** Pulumi stacks that `make lab` stands up. */
const stacks = {
  swarm: { cluster: "lab", application: "hello-lab" },
  kubernetes: { cluster: "kube", application: "hello-kube" },
} as const satisfies Record<Orchestrator, object>;
const ways = { swarm: swarmWays, kubernetes: kubernetesWays } as const;

export interface QuickstartOptions {
  readonly orchestrator: Orchestrator;
  readonly say: (line: string) => void;
}

/** `make lab`: tool chain, lab, a cluster and a first application, from nothing to an answer over HTTP. */
export async function quickstart({ orchestrator, say }: QuickstartOptions): Promise<void> {
  const { cluster, application } = stacks[orchestrator];
  const begin = Date.now();
  const lab = await startLabWithTools(orchestrator, { orchestrator, progress: say, reuse: true });
  // Its cluster has an ingress from the beginning: ports of nodes are for the privileged there.
  if (orchestrator === "kubernetes") await provideImages(lab, "ingress", say);
  await up(lab, cluster);
  await up(lab, application);
  const seconds = Math.round((Date.now() - begin) / 1000);
  say(await farewell(openLab(lab.dir), orchestrator, seconds));
}

async function up(lab: Lab, stack: string): Promise<void> {
  await pulumi(lab, "stack", "select", "--create", stack);
  await pulumi(lab, "up", "--yes", "--stack", stack);
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

async function outputsOf(lab: Lab, stack: string): Promise<Outputs> {
  const text = await run(
    "pulumi",
    ["stack", "output", "--json", "--show-secrets", "--stack", stack],
    { cwd: project, env: environment(lab) },
  );
  return JSON.parse(text) as Outputs;
}

/** Where everything is, and how to take it down. */
async function farewell(lab: Lab, orchestrator: Orchestrator, seconds: number): Promise<string> {
  const { cluster } = stacks[orchestrator];
  const { answers, looks } = ways[orchestrator](lab, await outputsOf(lab, cluster), cluster);
  const way = ({ title, commands }: Way) => [
    `  ${title}:`,
    ...commands.map((command) => `    ${command}`),
  ];
  return [
    "",
    `The lab stands, ${seconds} s after the start.`,
    "",
    ...way(answers),
    ...way({
      title: "Look around",
      commands: ['eval "$(make -s env)"', `pulumi stack output --stack ${cluster}`],
    }),
    ...looks.flatMap(way),
    ...way({ title: "Take it down", commands: ["make lab-down"] }),
  ].join("\n");
}
