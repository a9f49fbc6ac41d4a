import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { measure, type Usage } from "../support/measure";
import { machine, type Driver, type Step } from "./driver";

const checkout = path.resolve(__dirname, "../../..");
const stack = "bench";

const commands: Readonly<Record<Step, readonly string[]>> = {
  preview: ["preview"],
  up: ["up", "--yes"],
  unchanged: ["up", "--yes"],
  destroy: ["destroy", "--yes"],
};

/** Slipway's components under the Pulumi CLI, with the options that the project itself has. */
export class Slipway implements Driver {
  private constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param program folder of the program under test. */
  static async create(
    folder: string,
    count: number,
    env: NodeJS.ProcessEnv,
    program = path.join(__dirname, "program"),
  ): Promise<Slipway> {
    mkdirSync(path.join(folder, "state"), { recursive: true });
    writeFileSync(
      path.join(folder, "Pulumi.yaml"),
      stringify({
        name: "slipway",
        runtime: {
          name: "nodejs",
          options: {
            typescript: false,
            nodeargs: `--require ${path.join(checkout, "components/runtime/preload.cjs")}`,
          },
        },
        main: program,
        plugins: { providers: [{ name: "slipway", path: path.join(checkout, "provider") }] },
      }),
    );
    const { numCpus, memoryMiB, diskGiB, ...vsphere } = machine;
    const size = { numCpus, memoryMiB, diskGiB };
    writeFileSync(
      path.join(folder, "cluster.yml"),
      stringify({
        kind: "Cluster",
        name: "ours",
        version: "1.0.0",
        orchestrator: "swarm",
        vsphere,
        access: { user: "ops" },
        nodePools: {
          managers: { role: "manager", count: 1, ...size },
          workers: { role: "worker", count: count - 1, ...size },
        },
        engine: { version: "20.10" },
      }),
    );
    const slipway = new Slipway(folder, {
      ...env,
      PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
    });
    await slipway.pulumi(["stack", "init", stack]);
    await slipway.pulumi(["config", "set", "slipway:spec", "cluster.yml"]);
    return slipway;
  }

  run(step: Step): Promise<Usage> {
    return this.pulumi([...commands[step], "--non-interactive", "--stack", stack]);
  }

  private pulumi(args: readonly string[]): Promise<Usage> {
    return measure("pulumi", args, { cwd: this.folder, env: this.env });
  }
}
