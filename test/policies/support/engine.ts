/** Pulumi's own engine with the policy pack, on programs that need no machine: the real CLI, language host and providers. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { folderBackend } from "../../../lab/environment";
import { sshKeyPair } from "../../../lab/sshKeyPair";
import {
  inspect,
  installPlugins,
  Progress,
  toolchain,
  withoutEngineLogs,
  type Purpose,
} from "../../../tools";
import { run, type Outcome } from "../../support/command";
import { runPipeline, type Pipeline } from "../../support/pipeline";
import { pack } from "../../support/policies";

const checkout = path.resolve(__dirname, "../../..");

/** Whether all of the tool chain for a purpose is here: nothing is built for these tests. */
export async function isBuilt(purpose: Purpose): Promise<boolean> {
  const { parts } = await inspect(purpose);
  return parts.every(({ source }) => source !== "missing");
}

export interface ProjectOptions {
  /** Name of its one Pulumi stack. */
  readonly stack: string;
  readonly purpose: Purpose;
  /** Folder of the program, from this checkout. */
  readonly main: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** A Pulumi project in a folder of its own, with this checkout's program and provider. */
export class Project {
  private constructor(
    readonly folder: string,
    private readonly stack: string,
    private readonly env: NodeJS.ProcessEnv,
    /** What is in the folder before any test. */
    private own: readonly string[] = [],
  ) {}

  static async create({ stack, purpose, main, config = {} }: ProjectOptions): Promise<Project> {
    const folder = mkdtempSync(path.join(os.tmpdir(), `slipway-engine-${stack}-`));
    const chain = await toolchain(purpose, new Progress(() => undefined));
    const home = path.join(folder, "home");
    await installPlugins(home, chain.plugins);
    withoutEngineLogs(home);
    const state = path.join(folder, "state");
    mkdirSync(state);
    const key = path.join(folder, "key");
    writeFileSync(key, sshKeyPair().private, { mode: 0o600 });
    const project = new Project(folder, stack, {
      ...process.env,
      // Node's test runner marks its children: the program under test is none.
      NODE_TEST_CONTEXT: undefined,
      NODE_OPTIONS: undefined,
      PATH: [chain.binDir, process.env.PATH ?? ""].join(path.delimiter),
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: folderBackend(state),
      PULUMI_CONFIG_PASSPHRASE: "tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      SLIPWAY_SSH_PRIVATE_KEY_FILE: key,
      SLIPWAY_LAB: "1",
    });
    const settings = {
      name: "slipway",
      runtime: {
        name: "nodejs",
        options: {
          typescript: false,
          nodeargs: `--require ${path.join(checkout, "components/runtime/preload.cjs")}`,
        },
      },
      main: path.resolve(checkout, main),
      plugins: { providers: [{ name: "slipway", path: path.join(checkout, "provider") }] },
    };
    writeFileSync(path.join(folder, "Pulumi.yaml"), stringify(settings));
    await project.pulumi(["stack", "init", stack]);
    for (const [name, value] of Object.entries(config))
      await project.pulumi(["config", "set", "--stack", stack, name, value]);
    project.own = readdirSync(folder);
    return project;
  }

  /** Writes a file: a text as it is, everything else as YAML. @returns its path. */
  write(name: string, content: string | object): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, typeof content === "string" ? content : stringify(content));
    return file;
  }

  /** Removes all that a test has left: the next one finds the project as this one found it. */
  clear(): void {
    for (const name of readdirSync(this.folder).filter((each) => !this.own.includes(each)))
      rmSync(path.join(this.folder, name), { recursive: true, force: true });
  }

  /** A preview with the policy pack. */
  preview(env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const args = ["preview", "--non-interactive", "--color", "never", "--stack", this.stack];
    return this.pulumi([...args, "--policy-pack", pack], env);
  }

  /** Makes one resource, and what it needs. */
  make(urn: string): Promise<Outcome> {
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", this.stack];
    return this.pulumi([...args, "--color", "never", "--target", urn]);
  }

  /** What a preview without the pack tells in JSON. */
  async foreseen(env: NodeJS.ProcessEnv = {}): Promise<string> {
    const args = ["preview", "--json", "--non-interactive", "--stack", this.stack];
    const { code, output, stdout } = await this.pulumi(args, env);
    if (code !== 0) throw new Error(output);
    return stdout;
  }

  /** Runs the `slipway` command in the project. */
  slipway(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return this.run(path.join(checkout, "cli/slipway"), args, env);
  }

  /** Runs the recipe for CI in the project. */
  pipeline(env: NodeJS.ProcessEnv): Promise<Pipeline> {
    return runPipeline(this.folder, { ...this.env, ...env }, [this.stack]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private pulumi(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return this.run("pulumi", args, env);
  }

  private run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
    return run(command, args, { cwd: this.folder, env: { ...this.env, ...env } });
  }
}
