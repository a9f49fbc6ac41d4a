import { median, type Figure } from "../support/figure";
import type { Usage } from "../support/measure";
import { steps, type Step } from "./driver";

/** What was measured of one side in one size: every run of every step. */
export class Samples {
  private readonly runs = new Map<Step, Usage[]>();

  add(step: Step, usage: Usage): void {
    this.runs.set(step, [...(this.runs.get(step) ?? []), usage]);
  }

  /** The run in the middle; undefined for a step that was not run. */
  middle(step: Step, measure: keyof Usage): number | undefined {
    const runs = this.runs.get(step);
    return runs && median(runs.map((usage) => usage[measure]));
  }
}

/** Both sides of one size. */
export interface Pair {
  readonly ours: Samples;
  readonly peer: Samples;
}

const units = { wall: "s", cpu: "s", peak: "MiB" } as const;

/** Wall, CPU and peak memory of each step. */
export function usageFigures(name: string, { ours, peer }: Pair): Figure[] {
  return steps.flatMap((step) =>
    (["wall", "cpu", "peak"] as const).flatMap((measure) => {
      const value = ours.middle(step, measure);
      return value === undefined
        ? []
        : [
            {
              name: `${name}/${step}/${measure}`,
              ours: value,
              peer: peer.middle(step, measure),
              unit: units[measure],
            },
          ];
    }),
  );
}

/** What a program that makes nothing takes for the same: the step that `unchanged` stands on is `up`, and so on. */
const emptySteps: Readonly<Record<Step, Step>> = {
  preview: "preview",
  up: "up",
  "unchanged-preview": "preview",
  unchanged: "up",
  destroy: "destroy",
  "up-alone": "up-alone",
};

/** Wall time beyond what each side takes to make nothing at all: what the machines themselves cost. */
export function beyondEmpty(name: string, machines: Pair, empty: Pair): Figure[] {
  const beyond = (side: keyof Pair, step: Step) => {
    const whole = machines[side].middle(step, "wall");
    const fixed = empty[side].middle(emptySteps[step], "wall");
    return whole === undefined || fixed === undefined ? undefined : Math.max(0, whole - fixed);
  };
  return steps.flatMap((step) => {
    const ours = beyond("ours", step);
    return ours === undefined
      ? []
      : [{ name: `${name}/${step}/beyond-empty`, ours, peer: beyond("peer", step), unit: "s" }];
  });
}

/**
 * Wall time per machine with many machines, as a multiple of the same with fewer: 1 is linear growth.
 * @param many and `few`: number of machines, and what was measured with so many.
 */
export function growth(many: readonly [number, Pair], few: readonly [number, Pair]): Figure[] {
  const times = (side: keyof Pair, step: Step) => {
    const [large, small] = [many, few].map(([count, pair]) => {
      const wall = pair[side].middle(step, "wall");
      return wall === undefined ? undefined : wall / count;
    });
    return large === undefined || small === undefined ? undefined : large / small;
  };
  const unit = `time per machine with ${many[0]}, as a multiple of that with ${few[0]}`;
  return steps.flatMap((step) => {
    const ours = times("ours", step);
    return ours === undefined
      ? []
      : [{ name: `machines/growth/${step}`, ours, peer: times("peer", step), unit }];
  });
}
