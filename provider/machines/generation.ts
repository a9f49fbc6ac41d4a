import { isDeepStrictEqual } from "node:util";
import type { MachineGenerationInputs, MachineGenerationOutputs } from "../sdk/shapes";

type Inputs = MachineGenerationInputs;
type Outputs = MachineGenerationOutputs;

/** The record of a machine that is made for the first time. */
export function firstGeneration(inputs: Inputs): Outputs {
  return generationOf(1, inputs, inputs.address);
}

/** The record after these inputs: a new roll token makes the next generation, anything else only marks what is stale. */
export function nextGeneration(olds: Inputs & Outputs, inputs: Inputs): Outputs {
  if (inputs.roll !== undefined && inputs.roll !== olds.roll) {
    return generationOf(olds.generation + 1, inputs, inputs.rollAddress ?? inputs.address);
  }
  return {
    generation: olds.generation,
    vmName: olds.vmName,
    currentAddress: olds.currentAddress,
    applied: olds.applied,
    staleFields: differingFields(olds.applied, inputs.definition),
  };
}

/** Whether the record would differ. A roll token that is taken away again is no change: the roll has happened. */
export function generationChanges(olds: Inputs & Outputs, inputs: Inputs): boolean {
  const { generation, staleFields } = nextGeneration(olds, inputs);
  return (
    generation !== olds.generation || !isDeepStrictEqual([...staleFields], [...olds.staleFields])
  );
}

/** What the user is told about a machine that keeps running as it was; `undefined` when it is up to date. */
export function staleMessage(inputs: Inputs, outputs: Outputs, roll: string): string | undefined {
  if (outputs.staleFields.length === 0) return undefined;
  const changed = `machine ${inputs.machine} is stale: ${outputs.staleFields.join(", ")} changed; it keeps running as it was`;
  switch (inputs.replace) {
    case "rolling":
      return `${changed}; run \`${roll}\``;
    case "never":
      return `${changed} (replace: never); the change counts for machines created from now on`;
  }
}

function generationOf(generation: number, inputs: Inputs, address: string | undefined): Outputs {
  return {
    generation,
    vmName: `${inputs.prefix}-g${generation}`,
    currentAddress: address,
    applied: inputs.definition,
    staleFields: [],
  };
}

function differingFields(
  applied: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): readonly string[] {
  const fields = new Set([...Object.keys(applied), ...Object.keys(wanted)]);
  return [...fields].filter((field) => applied[field] !== wanted[field]).sort();
}
