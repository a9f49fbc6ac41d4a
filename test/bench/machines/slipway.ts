import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { folderBackend } from "../../../lab/environment";
import { measure, type Usage } from "../support/measure";
import { machine, user, type Driver, type Step } from "./driver";

const checkout = path.resolve(__dirname, "../../..");
const stack = "bench";

const commands: Readonly<Record<Step, readonly string[]>> = {
  preview: ["preview"],
  up: ["up", "--yes"],
  "unchanged-preview": ["preview", "--expect-no-changes"],
  unchanged: ["up", "--yes", "--expect-no-changes"],
  destroy: ["destroy", "--yes"],
  "up-alone": ["up", "--yes", "--skip-preview"],
};

/** Slipway's components under the Pulumi CLI, with the options that the project itself has. */
export class Slipway implements Driver {
  readonly prefix = "ours-";

  private constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param count number of machines; with 0, a program that makes nothing. */
  static async create(folder: string, count: number, env: NodeJS.ProcessEnv): Promise<Slipway> {
    mkdirSync(path.join(folder, "state"), { recursive: true });
    const write = (name: string, content: object) => {
      writeFileSync(path.join(folder, name), stringify(content));
    };
    write("Pulumi.yaml", project(path.join(__dirname, count === 0 ? "empty" : "program")));
    if (count > 0) write("cluster.yml", clusterOf(count));
    const slipway = new Slipway(folder, {
      ...env,
      PULUMI_BACKEND_URL: folderBackend(path.join(folder, "state")),
      // As docs/benchmarks.md advises for large clusters: the engine otherwise compares one resource after the other, and
      // collects the garbage of each state that it writes.
      PULUMI_PARALLEL_DIFF: "true",
      GOGC: "400",
    });
    await slipway.pulumi(["stack", "init", stack]);
    if (count > 0) await slipway.pulumi(["config", "set", "slipway:spec", "cluster.yml"]);
    return slipway;
  }

  run(step: Step): Promise<Usage> {
    return this.pulumi([...commands[step], "--non-interactive", "--stack", stack]);
  }

  /** A preview with something more on the command line. */
  preview(extra: readonly string[]): Promise<Usage> {
    return this.pulumi([...commands.preview, "--non-interactive", "--stack", stack, ...extra]);
  }

  private pulumi(args: readonly string[]): Promise<Usage> {
    return measure("pulumi", args, { cwd: this.folder, env: this.env });
  }
}

/** As Pulumi.yaml of this checkout, from another folder. */
function project(main: string): object {
  return {
    name: "slipway",
    runtime: {
      name: "nodejs",
      options: {
        typescript: false,
        nodeargs: `--require ${path.join(checkout, "components/runtime/preload.cjs")}`,
      },
    },
    main,
    plugins: { providers: [{ name: "slipway", path: path.join(checkout, "provider") }] },
  };
}

function clusterOf(count: number): object {
  const { numCpus, memoryMiB, diskGiB, ...vsphere } = machine;
  const size = { numCpus, memoryMiB, diskGiB };
  return {
    kind: "Cluster",
    name: "ours",
    version: "1.0.0",
    orchestrator: "swarm",
    vsphere,
    access: { user },
    nodePools: {
      managers: { role: "manager", count: 1, ...size },
      workers: { role: "worker", count: count - 1, ...size },
    },
    engine: { version: "20.10" },
  };
}
