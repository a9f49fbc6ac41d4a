import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  firstGeneration,
  generationChanges,
  nextGeneration,
  staleMessage,
} from "../../../provider/machines/generation";
import type {
  MachineGenerationInputs,
  MachineGenerationOutputs,
} from "../../../provider/sdk/shapes";

const inputs: MachineGenerationInputs = {
  machine: "managers-0",
  prefix: "lab-managers-0",
  definition: { template: "debian-12", memoryMiB: "4096" },
  replace: "rolling",
  address: "10.89.0.10",
};
const first = { ...inputs, ...firstGeneration(inputs) };
const changed = {
  ...inputs,
  definition: { template: "debian-12.1", memoryMiB: "4096", diskGiB: "40" },
};
const stale = { ...changed, ...nextGeneration(first, changed) };

interface Transition {
  readonly name: string;
  readonly olds: MachineGenerationInputs & MachineGenerationOutputs;
  readonly news: MachineGenerationInputs;
  readonly changes: boolean;
  readonly becomes: Partial<MachineGenerationOutputs>;
}

const transitions: readonly Transition[] = [
  {
    name: "the same definition changes nothing",
    olds: first,
    news: inputs,
    changes: false,
    becomes: { generation: 1, staleFields: [] },
  },
  {
    name: "another definition makes the machine stale and keeps it as it is",
    olds: first,
    news: changed,
    changes: true,
    becomes: {
      generation: 1,
      vmName: "lab-managers-0-g1",
      applied: inputs.definition,
      staleFields: ["diskGiB", "template"],
    },
  },
  {
    name: "a definition that is taken back makes it up to date again",
    olds: stale,
    news: inputs,
    changes: true,
    becomes: { generation: 1, staleFields: [] },
  },
  {
    name: "a stale machine stays stale without a further change",
    olds: stale,
    news: changed,
    changes: false,
    becomes: { staleFields: ["diskGiB", "template"] },
  },
  {
    name: "a roll makes the next generation from the new definition",
    olds: stale,
    news: { ...changed, roll: "t1" },
    changes: true,
    becomes: {
      generation: 2,
      vmName: "lab-managers-0-g2",
      applied: changed.definition,
      currentAddress: "10.89.0.10",
      staleFields: [],
    },
  },
  {
    name: "a roll moves to the spare address",
    olds: first,
    news: { ...inputs, roll: "t1", rollAddress: "10.89.0.99" },
    changes: true,
    becomes: { generation: 2, currentAddress: "10.89.0.99" },
  },
  {
    name: "the same roll asked for again does not roll again",
    olds: { ...first, roll: "t1", generation: 2, vmName: "lab-managers-0-g2" },
    news: { ...inputs, roll: "t1" },
    changes: false,
    becomes: { generation: 2, vmName: "lab-managers-0-g2" },
  },
  {
    name: "taking the roll token away changes nothing and keeps the spare address",
    olds: { ...first, roll: "t1", generation: 2, currentAddress: "10.89.0.99" },
    news: inputs,
    changes: false,
    becomes: { generation: 2, currentAddress: "10.89.0.99" },
  },
  {
    name: "replace: never rolls only when it is asked to",
    olds: stale,
    news: { ...changed, replace: "never" },
    changes: false,
    becomes: { generation: 1, applied: inputs.definition },
  },
];

describe("a machine's generation", () => {
  test("starts with the first one, made from its definition", () => {
    assert.deepEqual(firstGeneration(inputs), {
      generation: 1,
      vmName: "lab-managers-0-g1",
      currentAddress: "10.89.0.10",
      applied: inputs.definition,
      staleFields: [],
    });
  });

  for (const { name, olds, news, changes, becomes } of transitions) {
    test(name, () => {
      const next = nextGeneration(olds, news);
      for (const [key, value] of Object.entries(becomes)) {
        assert.deepEqual(next[key as keyof MachineGenerationOutputs], value, key);
      }
      assert.equal(generationChanges(olds, news), changes);
    });
  }
});

describe("what the user is told", () => {
  const command = "slipway roll lab managers";
  const outputs = nextGeneration(first, changed);
  test("a stale machine names what changed and how to roll it", () => {
    assert.equal(
      staleMessage(changed, outputs, command),
      "machine managers-0 is stale: diskGiB, template changed; it keeps running as it was; run `slipway roll lab managers`",
    );
  });
  test("with replace: never, for whom the change will count", () => {
    assert.equal(
      staleMessage({ ...changed, replace: "never" }, outputs, command),
      "machine managers-0 is stale: diskGiB, template changed; it keeps running as it was (replace: never); the change counts for machines created from now on",
    );
  });
  test("nothing when the machine is up to date", () => {
    assert.equal(staleMessage(inputs, firstGeneration(inputs), command), undefined);
  });
});
