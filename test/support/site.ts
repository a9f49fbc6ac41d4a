import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { folderBackend } from "../../lab/environment";
import { run, start, tail, type Outcome, type Running } from "./command";
import { runPipeline, type Pipeline } from "./pipeline";

const checkout = path.resolve(__dirname, "../..");

/** What `pulumi stack export` writes, as far as tests look at it. */
export interface Deployment {
  readonly resources?: readonly {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
  }[];
  readonly pending_operations?: readonly unknown[];
}

export interface ChangeSummary {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
  readonly replace?: number;
  readonly same?: number;
}

/** What `pulumi preview --json` writes, as far as tests look at it. */
interface Preview {
  readonly changeSummary: ChangeSummary;
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
}

/**
 * A site of its own for one test: a folder with a Pulumi project whose program, provider and
 * components are this checkout's, with its own spec, stack configuration and state.
 */
export class Site {
  private calls = 0;

  private constructor(
    readonly folder: string,
    readonly stack: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly logs: string,
  ) {}

  /** Another Pulumi stack of the same site, on the same backend. */
  async sibling(stack: string, config: Record<string, string>): Promise<Site> {
    const site = new Site(this.folder, stack, this.env, path.join(path.dirname(this.logs), stack));
    await rm(site.logs, { recursive: true, force: true });
    await site.must("stack", "init", stack);
    await site.configure(config);
    return site;
  }

  /** Runs a command on a machine, as the login user over SSH. */
  async onMachine(address: string, command: string): Promise<string> {
    const key = this.env.SLIPWAY_SSH_PRIVATE_KEY_FILE ?? "";
    const quiet = [
      "-o",
      "StrictHostKeyChecking=no",
      "-o",
      "UserKnownHostsFile=/dev/null",
      "-o",
      "LogLevel=ERROR",
      "-o",
      "ConnectTimeout=10",
    ];
    const args = ["-i", key, ...quiet, `ops@${address}`, command];
    const outcome = await run("ssh", args, this.options(["ssh"]));
    if (outcome.code !== 0) throw new Error(`${command} on ${address}:\n${tail(outcome.output)}`);
    return outcome.stdout;
  }

  /** @param env environment of the lab, as `LAB_DIR/env` has it. */
  static async create(
    stack: string,
    env: NodeJS.ProcessEnv,
    config: Record<string, string>,
  ): Promise<Site> {
    const folder = await mkdtemp(path.join(os.tmpdir(), `slipway-${stack}-`));
    const state = path.join(folder, "state");
    await mkdir(state);
    const project = parse(await readFile(path.join(checkout, "Pulumi.yaml"), "utf8")) as {
      main: string;
      plugins: { providers: { path: string }[] };
      stackConfigDir?: string;
    };
    project.main = path.join(checkout, project.main);
    project.plugins.providers = project.plugins.providers.map((provider) => ({
      ...provider,
      path: path.join(checkout, provider.path),
    }));
    delete project.stackConfigDir;
    await writeFile(path.join(folder, "Pulumi.yaml"), stringify(project));
    const siteEnv: NodeJS.ProcessEnv = {
      ...process.env,
      ...env,
      PULUMI_BACKEND_URL: folderBackend(state),
      SLIPWAY_LAB: "1",
    };
    // Node's test runner marks its children: the program under test is none.
    delete siteEnv.NODE_TEST_CONTEXT;
    delete siteEnv.NODE_OPTIONS;
    const logs = path.join(checkout, "test-results", stack);
    await rm(logs, { recursive: true, force: true });
    const site = new Site(folder, stack, siteEnv, logs);
    await site.must("stack", "init", stack);
    await site.configure(config);
    return site;
  }

  /** Path of a file in the site's folder. */
  path(name: string): string {
    return path.join(this.folder, name);
  }

  async write(name: string, content: string): Promise<void> {
    await mkdir(path.dirname(this.path(name)), { recursive: true });
    await writeFile(this.path(name), content);
  }

  async copy(from: string, to: string): Promise<void> {
    await cp(path.join(checkout, from), this.path(to), { recursive: true });
  }

  async configure(config: Record<string, string>): Promise<void> {
    for (const [key, value] of Object.entries(config))
      await this.must("config", "set", "--stack", this.stack, key, value);
  }

  /** Runs `pulumi` and answers what came out, whatever the exit code. */
  async pulumi(...args: readonly string[]): Promise<Outcome> {
    return run("pulumi", args, this.options(args));
  }

  /** As `pulumi`, with something changed in its environment. */
  async pulumiWith(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Outcome> {
    const options = this.options(args);
    return run("pulumi", args, { ...options, env: { ...options.env, ...env } });
  }

  /** As `pulumi`, and a failure is the test's failure with the last lines of the output. */
  async must(...args: readonly string[]): Promise<Outcome> {
    const outcome = await this.pulumi(...args);
    if (outcome.code !== 0) {
      throw new Error(
        `pulumi ${args.join(" ")} exited with ${String(outcome.code)}:\n${tail(outcome.output)}`,
      );
    }
    return outcome;
  }

  async up(...args: readonly string[]): Promise<Outcome> {
    return this.must("up", "--yes", "--non-interactive", "--stack", this.stack, ...args);
  }

  /** An `up` that may fail. */
  async tryUp(): Promise<Outcome> {
    return this.pulumi("up", "--yes", "--non-interactive", "--stack", this.stack);
  }

  /** Starts an `up` that the test may kill. */
  async startUp(): Promise<Running> {
    const args = ["up", "--yes", "--non-interactive", "--stack", this.stack];
    return start("pulumi", args, this.options(args));
  }

  /** How many resources a preview would change, by kind of change. */
  async preview(): Promise<ChangeSummary> {
    return (await this.previewed()).changeSummary;
  }

  /** What a preview would change: `update pulumi:providers:slipway hello`, … */
  async changes(): Promise<string[]> {
    return (await this.previewed()).steps
      .filter(({ op }) => op !== "same" && op !== "read")
      .map(({ op, urn }) => {
        const [, , type = "", name = ""] = urn.split("::");
        return `${op} ${type.split("$").at(-1) ?? ""} ${name}`;
      });
  }

  private async previewed(): Promise<Preview> {
    const args = ["preview", "--json", "--non-interactive", "--stack", this.stack];
    return JSON.parse((await this.must(...args)).stdout) as Preview;
  }

  async refreshShowsNoChange(): Promise<void> {
    await this.must(
      "refresh",
      "--yes",
      "--non-interactive",
      "--expect-no-changes",
      "--stack",
      this.stack,
    );
  }

  async destroy(): Promise<void> {
    await this.must("destroy", "--yes", "--non-interactive", "--stack", this.stack);
  }

  /** A `destroy` that may fail. */
  async tryDestroy(): Promise<Outcome> {
    return this.pulumi("destroy", "--yes", "--non-interactive", "--stack", this.stack);
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.must(
      "stack",
      "output",
      "--json",
      "--show-secrets",
      "--stack",
      this.stack,
    );
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  async deployment(): Promise<Deployment> {
    const { stdout } = await this.must("stack", "export", "--stack", this.stack);
    return (JSON.parse(stdout) as { deployment: Deployment }).deployment;
  }

  /** Runs the `slipway` command in the site. */
  async slipway(...args: readonly string[]): Promise<Outcome> {
    return run(path.join(checkout, "cli/slipway"), args, this.options(["slipway", ...args]));
  }

  /** As `slipway`, and whatever else wants the processor comes first: its place is not a machine of the cluster. */
  async slipwayAside(...args: readonly string[]): Promise<Outcome> {
    const command = ["-n", "10", path.join(checkout, "cli/slipway"), ...args];
    return run("nice", command, this.options(["slipway", ...args]));
  }

  /** Starts the `slipway` command, which the test may kill. */
  async startSlipway(...args: readonly string[]): Promise<Running> {
    return start(path.join(checkout, "cli/slipway"), args, this.options(["slipway", ...args]));
  }

  /** Runs the recipe for CI in the site, for these Pulumi stacks. */
  pipeline(stacks: readonly string[]): Promise<Pipeline> {
    return runPipeline(this.folder, this.env, stacks);
  }

  /** Runs what a reader of the docs types, in the site's folder. */
  async shell(command: string): Promise<Outcome> {
    return run("bash", ["-c", command], this.options(command.split(" ")));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private options(args: readonly string[]) {
    this.calls++;
    const words = args.filter((word) => /^[a-z]+$/.test(word)).slice(0, 2);
    const name = `${String(this.calls).padStart(2, "0")}-${words.join("-")}.log`;
    return {
      cwd: this.folder,
      env: this.env,
      log: path.join(this.logs, name),
      timeoutSeconds: 900,
    };
  }
}
