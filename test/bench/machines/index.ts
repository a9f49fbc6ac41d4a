import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { startLab, stopLab } from "../../../lab";
import { labLayout } from "../../../lab/layout";
import { installPlugins, Progress, toolchain } from "../../../tools";
import { median, type Figure } from "../support/figure";
import type { Usage } from "../support/measure";
import { steps, type Driver, type Step } from "./driver";
import { Slipway } from "./slipway";
import { Terraform } from "./terraform";

/** Machines, and how often they are stood up and destroyed: small numbers are told by the median of several runs. */
const plan = [
  { count: 10, rounds: 3 },
  { count: 100, rounds: 3 },
  { count: 400, rounds: 1 },
] as const;

const measures = { wall: "s", cpu: "s", peak: "MiB" } as const;
type Measure = keyof typeof measures;

type Samples = Map<string, Usage[]>;

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

/**
 * Preview, up, up without a change and destroy of many machines, by Slipway's components and by Terraform, step by
 * step in turn on one vCenter. VMs have no machines behind them: what is measured is the tool, not the guest.
 */
export async function* machines(size?: number): AsyncIterable<Figure> {
  const chosen = plan.filter(({ count }) => size === undefined || count === size);
  if (chosen.length === 0)
    throw new Error(
      `the benchmark machines has no size ${size}; there are: ${plan.map(({ count }) => count).join(", ")}`,
    );
  const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-bench-"));
  const dir = path.join(folder, "lab");
  try {
    const chain = await toolchain("bench", new Progress(say));
    const lab = await startLab({ dir, machines: "none", toolsBin: chain.binDir, progress: say });
    await installPlugins(labLayout(dir).pulumiHome, chain.plugins);
    const env = { ...process.env, ...lab.env };
    const provider = chain.parts.find(({ name }) => name === "terraform-provider-vsphere")?.file;
    if (provider === undefined) throw new Error("the tool chain has no peer to compare with");

    const walls = new Map<number, Record<Step, number>>();
    for (const { count, rounds } of chosen) {
      const ours: Samples = new Map();
      const peer: Samples = new Map();
      for (let round = 1; round <= rounds; round++) {
        say(`${count} machines, round ${round} of ${rounds}`);
        const room = path.join(folder, `${count}-${round}`);
        const slipway = await Slipway.create(path.join(room, "ours"), count, env);
        const terraform = Terraform.create(path.join(room, "peer"), count, env, provider);
        for (const step of steps) {
          await sample(ours, slipway, step);
          await sample(peer, terraform, step);
        }
      }
      yield* figures(count, ours, peer);
      walls.set(count, wallOf(ours));
    }
    yield* growth(walls);
  } finally {
    await stopLab(dir);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sample(samples: Samples, driver: Driver, step: Step): Promise<void> {
  const usage = await driver.run(step);
  say(`  ${driver.constructor.name} ${step}: ${usage.wall.toFixed(1)} s`);
  samples.set(step, [...(samples.get(step) ?? []), usage]);
}

function* figures(count: number, ours: Samples, peer: Samples): Iterable<Figure> {
  for (const step of steps)
    for (const [measure, unit] of Object.entries(measures) as [Measure, string][])
      yield {
        name: `machines/${count}/${step}/${measure}`,
        ours: middle(ours, step, measure),
        peer: middle(peer, step, measure),
        unit,
      };
}

/** Time per machine with many, against time per machine with fewer: at most 1 when growth is no worse than linear. */
function* growth(walls: ReadonlyMap<number, Record<Step, number>>): Iterable<Figure> {
  const [few, many] = [100, 400];
  const [small, large] = [walls.get(few), walls.get(many)];
  if (small === undefined || large === undefined) return;
  for (const step of steps)
    yield {
      name: `machines/growth/${step}`,
      ours: (1000 * large[step]) / many,
      peer: (1000 * small[step]) / few,
      unit: `ms per machine, of ${many} against of ${few}`,
    };
}

function wallOf(samples: Samples): Record<Step, number> {
  return Object.fromEntries(steps.map((step) => [step, middle(samples, step, "wall")])) as Record<
    Step,
    number
  >;
}

function middle(samples: Samples, step: Step, measure: Measure): number {
  return median((samples.get(step) ?? []).map((usage) => usage[measure]));
}
