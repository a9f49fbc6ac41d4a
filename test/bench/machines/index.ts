import { rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { startLab, stopLab, type Lab } from "../../../lab";
import { labLayout } from "../../../lab/layout";
import { installPlugins, Progress, toolchain } from "../../../tools";
import type { Figure } from "../support/figure";
import { steps, type Driver, type Step } from "./driver";
import { beyondEmpty, growth, Samples, usageFigures, type Pair } from "./figures";
import { Slipway } from "./slipway";
import { Terraform } from "./terraform";

/** Machines, and how often they are stood up and destroyed: small numbers are told by the median of several runs. */
const plan = [
  { count: 10, rounds: 3 },
  { count: 100, rounds: 2 },
  { count: 400, rounds: 1 },
] as const;
const emptyRounds = 5;
const stepsOfEmpty: readonly Step[] = ["preview", "up", "destroy", "up-alone"];

/** The same for each run, so that one that was killed is cleared away by the next. */
const folder = path.join(os.tmpdir(), "slipway-bench");
const labDir = path.join(folder, "lab");

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

/**
 * Preview, up, both again without a change, and destroy of many machines, by Slipway's components and by Terraform,
 * step by step in turn on one vCenter. VMs have no machines behind them: what is measured is the tool, not the guest.
 *
 * @param size Number of machines; default: all sizes.
 */
export async function* machines(size?: number): AsyncIterable<Figure> {
  const chosen = plan.filter(({ count }) => size === undefined || count === size);
  if (chosen.length === 0) {
    const sizes = plan.map(({ count }) => count).join(", ");
    throw new Error(`the benchmark machines has no size ${size}; there are: ${sizes}`);
  }
  Terraform.find();
  const takeDown = async () => {
    await stopLab(labDir);
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = () => {
    void takeDown().finally(() => process.exit(130));
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    // What a killed run has left behind, locks of its Pulumi stacks included.
    await takeDown();
    const site = await Site.open();
    const empty = await site.compare(0, emptyRounds, stepsOfEmpty);
    yield* usageFigures("machines/empty", empty);
    const pairs = new Map<number, Pair>();
    for (const { count, rounds } of chosen) {
      const pair = await site.compare(count, rounds, steps);
      yield* usageFigures(`machines/${count}`, pair);
      yield* beyondEmpty(`machines/${count}`, pair, empty);
      pairs.set(count, pair);
    }
    const [few, many] = [pairs.get(100), pairs.get(400)];
    if (few !== undefined && many !== undefined) yield* growth([400, many], [100, few]);
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    await takeDown();
  }
}

/** The lab's vCenter, and both tools at work on it. */
class Site {
  private constructor(
    private readonly lab: Lab,
    /** Program of Terraform's vSphere provider. */
    private readonly provider: string,
  ) {}

  static async open(): Promise<Site> {
    const chain = await toolchain("bench", new Progress(say));
    const provider = chain.parts.find(({ name }) => name === "terraform-provider-vsphere")?.file;
    if (provider === undefined) throw new Error("the tool chain has no peer to compare with");
    const lab = await startLab({
      dir: labDir,
      machines: "none",
      toolsBin: chain.binDir,
      progress: say,
    });
    await installPlugins(labLayout(labDir).pulumiHome, chain.plugins);
    return new Site(lab, provider);
  }

  /** Carries the steps out by one and the other in turn, several times from the beginning. */
  async compare(count: number, rounds: number, wanted: readonly Step[]): Promise<Pair> {
    const pair: Pair = { ours: new Samples(), peer: new Samples() };
    const env = { ...process.env, ...this.lab.env };
    for (let round = 1; round <= rounds; round++) {
      say(`${count} machines, round ${round} of ${rounds}`);
      const room = path.join(folder, `${count}-${round}`);
      const slipway = await Slipway.create(path.join(room, "ours"), count, env);
      const terraform = Terraform.create(path.join(room, "peer"), count, env, this.provider);
      for (const step of wanted) {
        // It needs another life of all machines.
        if (step === "up-alone" && round > 1) continue;
        await this.sample(slipway, step, count, pair.ours);
        await this.sample(terraform, step, count, pair.peer);
      }
      for (const driver of [slipway, terraform]) {
        await driver.run("destroy");
        await this.expect(driver, 0);
      }
    }
    return pair;
  }

  private async sample(driver: Driver, step: Step, count: number, samples: Samples): Promise<void> {
    const usage = await driver.run(step);
    const { wall, cpu, peak } = usage;
    const told = `${wall.toFixed(1)} s, CPU ${cpu.toFixed(1)} s, ${peak.toFixed(0)} MiB`;
    say(`  ${driver.constructor.name} ${step}: ${told}`);
    samples.add(step, usage);
    await this.expect(driver, step === "preview" || step === "destroy" ? 0 : count);
  }

  /** That as many VMs are there as there should be: what does not do its work is fast. */
  private async expect(driver: Driver, count: number): Promise<void> {
    const all = await this.lab.control.machines();
    const found = all.filter(({ name }) => name.startsWith(driver.prefix)).length;
    if (found !== count)
      throw new Error(`${driver.constructor.name} left ${found} VMs, not ${count}`);
  }
}
