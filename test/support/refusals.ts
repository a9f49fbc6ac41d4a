import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { stopLab, type Lab, type Orchestrator } from "../../lab";
import { startLabWithTools } from "../../lab/withTools";
import { tail, type Outcome } from "./command";
import { Site } from "./site";

const checkout = path.resolve(__dirname, "../..");

/** A vCenter alone, with no machines behind it, in a folder of its own: it may run beside other labs. */
export async function standUpVcenter(orchestrator: Orchestrator = "swarm"): Promise<Lab> {
  const dir = await mkdtemp(path.join(os.tmpdir(), "slipway-vcenter-"));
  try {
    return await startLabWithTools(orchestrator, { dir, machines: "none" });
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

export async function takeDownVcenter(lab: Lab | undefined): Promise<void> {
  if (lab === undefined) return;
  await stopLab(lab.dir);
  await rm(lab.dir, { recursive: true, force: true });
}

export interface Attempt {
  /** Words after `pulumi`. Default: `preview`. */
  readonly command?: readonly string[];
  /** Replaces variables of the lab's environment; `undefined` removes one. */
  readonly env?: NodeJS.ProcessEnv;
  /** Seconds that it may take at most on a machine that has other things to do. Default 60. */
  readonly withinSeconds?: number;
}

/** Says that a run was refused: what it must say, in how much time, and that it changed nothing. */
export class Refusals {
  private constructor(
    private readonly lab: Lab,
    private readonly site: Site,
    /** The lab's cluster.yml under the name of this site: a spec without a mistake. */
    readonly clusterYml: string,
    private readonly vmsBefore: readonly string[],
  ) {}

  static async create(lab: Lab, name: string): Promise<Refusals> {
    const yml = await readFile(path.join(checkout, "stacks/lab/cluster.yml"), "utf8");
    const clusterYml = yml.replace("name: lab", `name: ${name}`);
    const site = await Site.create(name, lab.env, { "slipway:spec": "cluster.yml" });
    const vms = (await lab.control.machines()).map((machine) => machine.name).sort();
    const refusals = new Refusals(lab, site, clusterYml, vms);
    await refusals.write(clusterYml);
    return refusals;
  }

  async write(clusterYml: string, name = "cluster.yml"): Promise<void> {
    await this.site.write(name, clusterYml);
  }

  /** Path of a file in the site's folder. */
  path(name: string): string {
    return this.site.path(name);
  }

  /** Changes the Pulumi stack's configuration: `config`, the words after `pulumi config`. */
  async config(...words: readonly string[]): Promise<void> {
    await this.site.must("config", "--stack", this.site.stack, ...words);
  }

  async run({ command = ["preview"], env = {} }: Attempt = {}): Promise<Outcome> {
    const words = [...command, "--non-interactive", "--stack", this.site.stack];
    return this.site.pulumiWith(env, ...words);
  }

  /** @param says what the output must have, each. */
  async refused(says: readonly (string | RegExp)[], attempt: Attempt = {}): Promise<Outcome> {
    const outcome = await this.run(attempt);
    const { code, seconds, output } = outcome;
    const told = `\n${tail(output)}`;
    assert.ok(seconds < (attempt.withinSeconds ?? 60), `took ${seconds} s${told}`);
    assert.notEqual(code, 0, `was not refused${told}`);
    for (const text of says) {
      const said = typeof text === "string" ? output.includes(text) : text.test(output);
      assert.ok(said, `does not say ${String(text)}${told}`);
    }
    assert.doesNotMatch(output, /^\s+at .*:\d+:\d+\)?$|node:internal|\.[cm]?[jt]s:\d+/m);
    assert.doesNotMatch(output, /mistake in Slipway|Unhandled|panic:/);
    for (const secret of this.secrets(attempt.env))
      assert.ok(!output.includes(secret), `shows a secret${told}`);
    assert.deepEqual(await this.vms(), this.vmsBefore, "a VM was made or removed");
    return outcome;
  }

  /** That the state has no resource, or none but the providers that had to be asked. */
  async expectNothingInState(): Promise<void> {
    const { resources = [] } = await this.site.deployment();
    const made = resources.filter(
      ({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"),
    );
    assert.deepEqual(made, []);
  }

  async remove(): Promise<void> {
    await this.site.remove();
  }

  private async vms(): Promise<string[]> {
    return (await this.lab.control.machines()).map(({ name }) => name).sort();
  }

  private secrets(env: NodeJS.ProcessEnv = {}): string[] {
    return [this.lab.env.VSPHERE_PASSWORD, env.VSPHERE_PASSWORD, "PRIVATE KEY-----"].filter(
      (secret) => secret !== undefined && secret !== "",
    ) as string[];
  }
}
