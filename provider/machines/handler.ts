import type { Context, Problem, ResourceHandler } from "../server/handler";
import { isKnown, isUnknown, unknown, type Planned } from "../server/unknown";
import type { NodePoolGenerationsInputs, NodePoolGenerationsOutputs } from "../sdk/shapes";
import { added, generationsChange, nextGenerations, returning, staleMessages } from "./generation";

type Inputs = NodePoolGenerationsInputs;
type Outputs = NodePoolGenerationsOutputs;

/**
 * A record only: asks nothing of any machine, so that a preview tells exactly what an update will do. Machines that come
 * are the exception: before one is given a static address, vCenter is asked who has it, and of one that the pool had
 * before, whether its VM is still there.
 */
export const nodePoolGenerations: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:NodePoolGenerations",
  secretOutputs: [],
  optionalInputs: ["addresses", "roll"],

  check(inputs) {
    const problems: Problem[] = [];
    for (const key of ["pool", "cluster"] as const) {
      if (inputs[key] === "") problems.push({ property: key, reason: "must not be empty" });
    }
    if (!isUnknown(inputs.replace) && !["rolling", "never"].includes(inputs.replace)) {
      problems.push({
        property: "replace",
        reason: `must be rolling or never; got ${inputs.replace}`,
      });
    }
    return problems;
  },

  diff(olds, news) {
    refuseFormer(olds);
    if (!isKnown<Inputs>(news)) return { changes: true };
    if (!generationsChange(olds, news)) return { changes: false };
    const changedKeys = (["machines", "definition", "roll"] as const).filter(
      (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
    );
    return { changes: true, changedKeys };
  },

  advise(context, olds, news) {
    refuseFormer(olds);
    if (!isKnown<Inputs>(news)) return [];
    return staleMessages(news, nextGenerations(olds, news), rollCommand(context, news.pool));
  },

  async preview(context, inputs, olds) {
    if (!isKnown<Inputs>(inputs)) return undetermined(olds);
    return record(context, inputs, olds);
  },

  async create(context, inputs) {
    return { id: inputs.pool, outputs: await record(context, inputs) };
  },

  read(_context, _id, olds) {
    return Promise.resolve({ inputs: inputsOf(olds), outputs: { generations: olds.generations } });
  },

  update(context, _id, olds, news) {
    return record(context, news, olds);
  },

  delete() {
    return Promise.resolve();
  },
};

async function record(context: Context, inputs: Inputs, olds?: Inputs & Outputs): Promise<Outputs> {
  const back = returning(olds, inputs);
  const standing = back.length === 0 ? new Set<string>() : await machinesWithVm(context);
  const made = [...added(olds, inputs), ...back.filter((machine) => !standing.has(machine))];
  await refuseTakenAddresses(context, inputs, made);
  return { generations: nextGenerations(olds, inputs, standing) };
}

async function machinesWithVm({ inventory }: Context): Promise<ReadonlySet<string>> {
  const all = [...(await inventory.machines()), ...(await inventory.dormant())];
  return new Set(all.map(({ machine }) => machine));
}

/** Machines keep the addresses that a roll has given them, which are no more in the order of the list. */
async function refuseTakenAddresses(
  context: Context,
  { pool, machines, addresses }: Inputs,
  made: readonly string[],
): Promise<void> {
  if (addresses === undefined || made.length === 0) return;
  const all = await context.inventory.machines();
  const taken = made.flatMap((machine) => {
    const address = addresses[machines.indexOf(machine)];
    const holder = all.find((one) => one.address === address && one.machine !== machine);
    if (address === undefined || holder === undefined) return [];
    return `${machine}: ${address}, its address in nodePools.${pool}.network.addresses, is in use by ${holder.machine}: put a free one in its place there; machines that run keep the addresses that they have, whatever the order of the list`;
  });
  if (taken.length > 0) throw new Error(taken.join("\n"));
}

/** The record takes the place (by an alias) of that of one machine, as Slipway kept them before: there the others are missing. */
function refuseFormer(olds: Partial<Outputs>): void {
  if (olds.generations !== undefined) return;
  throw new Error(
    "an earlier version of Slipway has recorded each machine for itself: run `slipway recover <pulumi-stack>` first, which makes one record of them and touches no machine",
  );
}

/** `slipway roll <pulumi-stack> <pool>`. */
function rollCommand(context: Context, pool: string): string {
  const stack = context.config.cluster.split("/").at(-1) ?? context.config.cluster;
  return `slipway roll ${stack} ${pool}`;
}

/** A definition that is not known yet (an output of something new): machines keep their names, unless they are new. */
function undetermined(olds: (Inputs & Outputs) | undefined): Planned<Outputs> {
  return { generations: olds?.generations ?? unknown };
}

function inputsOf(state: Inputs & Outputs): Inputs {
  const { pool, cluster, machines, definition, replace, addresses, roll } = state;
  return { pool, cluster, machines, definition, replace, addresses, roll };
}
