import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  added,
  generationsChange,
  nextGenerations,
  returning,
  staleMessages,
} from "../../../provider/machines/generation";
import { nodePoolGenerations } from "../../../provider/machines/handler";
import type { Context } from "../../../provider/server/handler";
import type {
  MachineGeneration,
  NodePoolGenerationsInputs,
  NodePoolGenerationsOutputs,
} from "../../../provider/sdk/shapes";

type Olds = NodePoolGenerationsInputs & NodePoolGenerationsOutputs;

const inputs: NodePoolGenerationsInputs = {
  pool: "managers",
  cluster: "lab",
  machines: ["managers-0", "managers-1"],
  definition: { template: "debian-12", memoryMiB: "4096" },
  replace: "rolling",
  addresses: ["10.89.0.10", "10.89.0.11", "10.89.0.99"],
};
const recorded = (before: Olds | undefined, after: NodePoolGenerationsInputs): Olds => ({
  ...after,
  generations: nextGenerations(before, after),
});
const first = recorded(undefined, inputs);
const changed = {
  ...inputs,
  definition: { template: "debian-12.1", memoryMiB: "4096", diskGiB: "40" },
};
const stale = recorded(first, changed);
const roll = { machine: "managers-0", token: "t1" };
const rolled = recorded(stale, { ...changed, roll: { ...roll, address: "10.89.0.99" } });
const grown = { ...inputs, machines: [...inputs.machines, "managers-2"] };
const shrunk = { ...inputs, machines: ["managers-0"] };

interface Transition {
  readonly name: string;
  readonly olds: Olds;
  readonly news: NodePoolGenerationsInputs;
  readonly changes: boolean;
  /** Of managers-0. */
  readonly becomes: Partial<MachineGeneration>;
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
    name: "another definition makes machines stale and keeps them as they are",
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
    name: "a definition that is taken back makes them up to date again",
    olds: stale,
    news: inputs,
    changes: true,
    becomes: { generation: 1, staleFields: [] },
  },
  {
    name: "stale machines stay stale without a further change",
    olds: stale,
    news: changed,
    changes: false,
    becomes: { staleFields: ["diskGiB", "template"] },
  },
  {
    name: "a roll makes the next generation from the new definition",
    olds: stale,
    news: { ...changed, roll },
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
    news: { ...inputs, roll: { ...roll, address: "10.89.0.99" } },
    changes: true,
    becomes: { generation: 2, currentAddress: "10.89.0.99" },
  },
  {
    name: "the same roll asked for again does not roll again",
    olds: rolled,
    news: { ...changed, roll: { ...roll, address: "10.89.0.99" } },
    changes: false,
    becomes: { generation: 2, vmName: "lab-managers-0-g2" },
  },
  {
    name: "taking the roll away changes nothing and keeps the spare address",
    olds: rolled,
    news: changed,
    changes: false,
    becomes: { generation: 2, currentAddress: "10.89.0.99" },
  },
  {
    name: "a roll of the next machine leaves the one before it",
    olds: rolled,
    news: { ...changed, roll: { machine: "managers-1", token: "t2" } },
    changes: true,
    becomes: { generation: 2, currentAddress: "10.89.0.99", staleFields: [] },
  },
  {
    name: "replace: never rolls only when it is asked to",
    olds: stale,
    news: { ...changed, replace: "never" },
    changes: false,
    becomes: { generation: 1, applied: inputs.definition },
  },
  {
    name: "a machine more leaves the others as they are",
    olds: rolled,
    news: { ...changed, machines: grown.machines },
    changes: true,
    becomes: { generation: 2, currentAddress: "10.89.0.99" },
  },
  {
    name: "a machine less is no change",
    olds: first,
    news: shrunk,
    changes: false,
    becomes: { generation: 1 },
  },
];

void describe("the generations of a pool's machines", () => {
  void test("start with the first one, made from the definition", () => {
    assert.deepEqual(first.generations["managers-1"], {
      generation: 1,
      vmName: "lab-managers-1-g1",
      currentAddress: "10.89.0.11",
      applied: inputs.definition,
      staleFields: [],
    });
  });

  for (const { name, olds, news, changes, becomes } of transitions) {
    void test(name, () => {
      const next = nextGenerations(olds, news)["managers-0"];
      for (const [key, value] of Object.entries(becomes))
        assert.deepEqual(next?.[key as keyof MachineGeneration], value, key);
      assert.equal(generationsChange(olds, news), changes);
    });
  }

  void test("of a roll are those of one machine: the others stay stale", () => {
    const { "managers-1": other } = rolled.generations;
    assert.equal(other?.generation, 1);
    assert.deepEqual(other.staleFields, ["diskGiB", "template"]);
  });

  void test("of a new machine are the first, from the definition as it is now", () => {
    const news = { ...changed, machines: grown.machines };
    assert.deepEqual(added(stale, news), ["managers-2"]);
    const { "managers-2": third } = nextGenerations(stale, news);
    assert.equal(third?.vmName, "lab-managers-2-g1");
    assert.deepEqual(third.staleFields, []);
  });
});

void describe("a machine that the pool had no more and has again", () => {
  const before = recorded(rolled, { ...changed, machines: ["managers-1"] });
  const again = { ...inputs, definition: changed.definition };

  void test("is known, and a change", () => {
    assert.deepEqual(returning(before, again), ["managers-0"]);
    assert.deepEqual(added(before, again), []);
    assert.equal(generationsChange(before, again), true);
  });

  void test("begins again where its VM is gone", () => {
    const { "managers-0": begun } = nextGenerations(before, again);
    assert.equal(begun?.generation, 1);
    assert.equal(begun.currentAddress, "10.89.0.10");
  });

  void test("is what it was where its VM still stands, because its removal was refused", () => {
    const kept = nextGenerations(before, again, new Set(["managers-0"]))["managers-0"];
    assert.equal(kept?.generation, 2);
    assert.equal(kept.currentAddress, "10.89.0.99");
  });
});

void describe("the record", () => {
  const asked = (machines: readonly object[], dormant: readonly object[] = []) => {
    let times = 0;
    const answer = (found: readonly object[]) => () => {
      times++;
      return Promise.resolve(found);
    };
    const inventory = { machines: answer(machines), dormant: answer(dormant) };
    return { context: { inventory } as unknown as Context, times: () => times };
  };

  void test("of machines with DHCP asks nobody", async () => {
    const { context, times } = asked([]);
    const dhcp = { ...inputs, addresses: undefined };
    const { outputs } = await nodePoolGenerations.create(context, dhcp);
    await nodePoolGenerations.update(context, "managers", { ...dhcp, ...outputs }, changed);
    assert.equal(times(), 0);
  });

  void test("names every machine whose address is another one's, and no machine that runs", async () => {
    const { context } = asked([
      { machine: "workers-0", address: "10.89.0.11" },
      { machine: "workers-1", address: "10.89.0.99" },
      { machine: "workers-2", address: "10.89.0.10" },
    ]);
    await assert.rejects(
      nodePoolGenerations.update(context, "managers", recorded(undefined, shrunk), grown),
      {
        message:
          /^managers-1: 10\.89\.0\.11, its address in nodePools\.managers\.network\.addresses, is in use by workers-0: [^\n]*\nmanagers-2: 10\.89\.0\.99, [^\n]* by workers-1: [^\n]*$/,
      },
    );
  });

  void test("of a machine that is asked for again looks for its VM, whether it runs or not", async () => {
    for (const [running, off] of [
      [[{ machine: "managers-0", address: "10.89.0.99" }], []],
      [[], [{ machine: "managers-0" }]],
    ] as const) {
      const olds = recorded(rolled, { ...changed, machines: ["managers-1"] });
      const { generations } = await nodePoolGenerations.update(
        asked(running, off).context,
        "managers",
        olds,
        changed,
      );
      assert.equal(generations["managers-0"]?.generation, 2);
    }
  });
});

void describe("what the user is told", () => {
  const command = "slipway roll lab managers";
  const { generations } = recorded(first, { ...changed, machines: ["managers-0"] });
  const one = { ...changed, machines: ["managers-0"] };

  void test("stale machines name what changed and how to roll them", () => {
    assert.deepEqual(staleMessages(one, generations, command), [
      "machine managers-0 is stale: diskGiB, template changed; it keeps running as it was; run `slipway roll lab managers`",
    ]);
  });
  void test("with replace: never, for whom the change will count", () => {
    assert.deepEqual(staleMessages({ ...one, replace: "never" }, generations, command), [
      "machine managers-0 is stale: diskGiB, template changed; it keeps running as it was (replace: never); the change counts for machines created from now on",
    ]);
  });
  void test("nothing of machines that are up to date, or that the pool has no more", () => {
    assert.deepEqual(staleMessages(inputs, first.generations, command), []);
    assert.deepEqual(staleMessages({ ...inputs, machines: [] }, stale.generations, command), []);
  });
});
