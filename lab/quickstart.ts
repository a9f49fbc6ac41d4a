import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "./errors";
import { run } from "./host/run";
import { openLab, type Lab } from "./index";
import { labLayout } from "./layout";
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
  await up(lab, stacks.cluster);
  await up(lab, stacks.application);
  const seconds = Math.round((Date.now() - begin) / 1000);
  say(await farewell(lab, seconds));
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

interface Outputs {
  readonly managers: Record<string, string>;
  readonly workers: Record<string, string>;
  readonly sshUser: string;
  readonly dockerEndpoints: readonly string[];
  readonly dockerCaCertificate: string;
  readonly dockerClientCertificate: string;
  readonly dockerClientKey: string;
}

async function outputsOf(lab: Lab): Promise<Outputs> {
  const text = await run(
    "pulumi",
    ["stack", "output", "--json", "--show-secrets", "--stack", stacks.cluster],
    { cwd: project, env: environment(lab) },
  );
  return JSON.parse(text) as Outputs;
}

/** Puts the credential for the managers' Docker API where a Docker client looks for it. */
function writeDockerCredential(lab: Lab, outputs: Outputs): string {
  const folder = labLayout(lab.dir).dockerCredential;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = {
    "ca.pem": outputs.dockerCaCertificate,
    "cert.pem": outputs.dockerClientCertificate,
    "key.pem": outputs.dockerClientKey,
  };
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  return folder;
}

/** Where everything is, and how to take it down. */
async function farewell(lab: Lab, seconds: number): Promise<string> {
  const outputs = await outputsOf(openLab(lab.dir));
  const credential = writeDockerCredential(lab, outputs);
  const { managers, workers, sshUser } = outputs;
  const [manager = ""] = Object.values(managers);
  const [endpoint = ""] = outputs.dockerEndpoints;
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
    "  Log in to a machine, for example a manager:",
    `    ssh -i "$SLIPWAY_SSH_PRIVATE_KEY_FILE" ${sshUser}@${manager}`,
    "  Point a Docker client at a manager:",
    `    export DOCKER_HOST=${endpoint} DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=${credential}`,
    "    docker node ls",
    "  Take it down:",
    "    make lab-down",
  ].join("\n");
}
