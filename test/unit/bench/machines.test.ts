import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  beyondEmpty,
  growth,
  Samples,
  usageFigures,
  type Pair,
} from "../../bench/machines/figures";
import { residentOfStatm, secondsOfStat } from "../../bench/support/group";

function samples(walls: Readonly<Partial<Record<"preview" | "up" | "unchanged", number[]>>>) {
  const result = new Samples();
  for (const [step, runs] of Object.entries(walls))
    for (const wall of runs)
      result.add(step as keyof typeof walls, { wall, cpu: 2 * wall, peak: 100 });
  return result;
}

describe("figures of a size", () => {
  const pair: Pair = {
    ours: samples({ preview: [9, 3, 4], up: [20] }),
    peer: samples({ preview: [2, 2, 7], up: [10] }),
  };

  test("tell the run in the middle of each step, in wall time, CPU and memory", () => {
    assert.deepEqual(usageFigures("machines/10", pair).slice(0, 3), [
      { name: "machines/10/preview/wall", ours: 4, peer: 2, unit: "s" },
      { name: "machines/10/preview/cpu", ours: 8, peer: 4, unit: "s" },
      { name: "machines/10/preview/peak", ours: 100, peer: 100, unit: "MiB" },
    ]);
  });

  test("leave out the steps that were not run", () => {
    assert.equal(usageFigures("machines/10", pair).length, 2 * 3);
  });

  test("are told without what each side takes to make nothing", () => {
    const empty: Pair = { ours: samples({ preview: [3] }), peer: samples({ preview: [0.5] }) };
    assert.deepEqual(beyondEmpty("machines/10", pair, empty), [
      { name: "machines/10/preview/beyond-empty", ours: 1, peer: 1.5, unit: "s" },
    ]);
  });

  test("hold a run without a change against an empty run of the same command", () => {
    const unchanged: Pair = {
      ours: samples({ unchanged: [5] }),
      peer: samples({ unchanged: [3] }),
    };
    const empty: Pair = { ours: samples({ up: [4] }), peer: samples({ up: [1] }) };
    const [figure] = beyondEmpty("machines/10", unchanged, empty);
    assert.deepEqual([figure?.ours, figure?.peer], [1, 2]);
  });
});

test("growth is 1 where four times the machines take four times the time", () => {
  const few: Pair = { ours: samples({ up: [10] }), peer: samples({ up: [10] }) };
  const many: Pair = { ours: samples({ up: [40] }), peer: samples({ up: [80] }) };
  const unit = "time per machine with 400, as a multiple of that with 100";
  assert.deepEqual(growth([400, many], [100, few]), [
    { name: "machines/growth/up", ours: 1, peer: 2, unit },
  ]);
});

describe("what the kernel says", () => {
  test("of a control group is read as seconds", () => {
    assert.equal(secondsOfStat("usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\n"), 2.5);
    assert.throws(() => secondsOfStat("nr_periods 0\n"), /no usage_usec/);
  });

  test("of a process is read as MiB", () => {
    assert.equal(residentOfStatm("1000 512 100 1 0 1 0"), 2);
  });
});
