import type { Context, Problem, ResourceHandler } from "../server/handler";
import { isKnown, isUnknown, unknown, type Planned } from "../server/unknown";
import type { MachineGenerationInputs, MachineGenerationOutputs } from "../sdk/shapes";
import { firstGeneration, generationChanges, nextGeneration, staleMessage } from "./generation";

type Inputs = MachineGenerationInputs;
type Outputs = MachineGenerationOutputs;

/** A record only: asks nothing of any machine, so that a preview tells exactly what an update will do. */
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

  preview(_context, inputs, olds) {
    return Promise.resolve(isKnown<Inputs>(inputs) ? record(inputs, olds) : undetermined(olds));
  },

  create(_context, inputs) {
    return Promise.resolve({ id: inputs.machine, outputs: record(inputs) });
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
