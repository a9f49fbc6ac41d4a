import type { Context, Problem, ResourceHandler } from "../server/handler";
import { isKnown, isUnknown, unknown, type Planned } from "../server/unknown";
import type { MachineGenerationInputs, MachineGenerationOutputs } from "../sdk/shapes";
import { firstGeneration, generationChanges, nextGeneration, staleMessage } from "./generation";

type Inputs = MachineGenerationInputs;
type Outputs = MachineGenerationOutputs;

/**
 * A record only: asks nothing of any machine, so that a preview tells exactly what an update will do. A static address
 * is the exception: before it is given to a new machine, vCenter is asked who has it.
 */
export const machineGeneration: ResourceHandler<Inputs, Outputs> = {
  token: "slipway:index:MachineGeneration",
  secretOutputs: [],
  optionalInputs: ["address", "roll", "rollAddress"],

  check(inputs) {
    const problems: Problem[] = [];
    for (const key of ["machine", "prefix"] as const) {
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
    if (!isKnown<Inputs>(news)) return { changes: true };
    const replaces = olds.machine === news.machine && olds.prefix === news.prefix ? [] : ["prefix"];
    const changes = replaces.length > 0 || generationChanges(olds, news);
    if (!changes) return { changes };
    const shown = (["definition", "roll"] as const).filter(
      (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
    );
    return { changes, replaces, changedKeys: [...replaces, ...shown] };
  },

  advise(context, olds, news) {
    if (!isKnown<Inputs>(news)) return [];
    const message = staleMessage(
      news,
      nextGeneration(olds, news),
      rollCommand(context, news.machine),
    );
    return message === undefined ? [] : [message];
  },

  async preview(context, inputs, olds) {
    if (!isKnown<Inputs>(inputs)) return undetermined(olds);
    if (olds === undefined) await refuseTakenAddress(context, inputs);
    return record(inputs, olds);
  },

  async create(context, inputs) {
    await refuseTakenAddress(context, inputs);
    return { id: inputs.machine, outputs: record(inputs) };
  },

  read(_context, _id, olds) {
    return Promise.resolve({ inputs: inputsOf(olds), outputs: outputsOf(olds) });
  },

  update(_context, _id, olds, news) {
    return Promise.resolve(record(news, olds));
  },

  delete() {
    return Promise.resolve();
  },
};

/** Machines keep the addresses that a roll has given them, which are no more in the order of the list. */
async function refuseTakenAddress(
  context: Context,
  { machine, address }: Pick<Inputs, "machine" | "address">,
): Promise<void> {
  if (address === undefined) return;
  const holder = (await context.inventory.machines()).find(
    (one) => one.address === address && one.machine !== machine,
  );
  if (holder === undefined) return;
  const list = `nodePools.${machine.replace(/-\d+$/, "")}.network.addresses`;
  throw new Error(
    `${machine}: ${address}, its address in ${list}, is in use by ${holder.machine}: put a free one in its place there; machines that run keep the addresses that they have, whatever the order of the list`,
  );
}

function record(inputs: Inputs, olds?: Inputs & Outputs): Outputs {
  return olds === undefined ? firstGeneration(inputs) : nextGeneration(olds, inputs);
}

/** `slipway roll <pulumi-stack> <pool>`; a machine is named `<pool>-<index>`. */
function rollCommand(context: Context, machine: string): string {
  const stack = context.config.cluster.split("/").at(-1) ?? context.config.cluster;
  return `slipway roll ${stack} ${machine.replace(/-\d+$/, "")}`;
}

/** A definition that is not known yet (an output of something new): the machine keeps its name, unless it is new. */
function undetermined(olds: (Inputs & Outputs) | undefined): Planned<Outputs> {
  return {
    generation: olds?.generation ?? 1,
    vmName: olds?.vmName ?? unknown,
    currentAddress: olds?.currentAddress ?? unknown,
    applied: olds?.applied ?? unknown,
    staleFields: unknown,
  };
}

function inputsOf(state: Inputs & Outputs): Inputs {
  const { machine, prefix, definition, replace, address, roll, rollAddress } = state;
  return { machine, prefix, definition, replace, address, roll, rollAddress };
}

function outputsOf(state: Inputs & Outputs): Outputs {
  const { generation, vmName, currentAddress, applied, staleFields } = state;
  return { generation, vmName, currentAddress, applied, staleFields };
}
