import { isDeepStrictEqual } from "node:util";
import type {
  GenerationRoll,
  MachineGeneration,
  NodePoolGenerationsInputs,
  NodePoolGenerationsOutputs,
} from "../sdk/shapes";

type Inputs = NodePoolGenerationsInputs;
type Outputs = NodePoolGenerationsOutputs;
/** By machine. */
type Generations = Outputs["generations"];

/**
 * The record after these inputs: machines that the pool has newly get their first generation, a new roll token makes the
 * next one of its machine, anything else only marks what is stale.
 *
 * @param standing machines that have a VM: where one of them is `returning`, its VM was never removed.
 */
export function nextGenerations(
  olds: (Inputs & Outputs) | undefined,
  inputs: Inputs,
  standing: ReadonlySet<string> = new Set(),
): Generations {
  const madeAgain = new Set(returning(olds, inputs).filter((one) => !standing.has(one)));
  const rolled = newRoll(olds, inputs);
  const next = inputs.machines.map((machine, ordinal): [string, MachineGeneration] => {
    const old = olds?.generations[machine];
    const address = inputs.addresses?.[ordinal];
    if (old === undefined || madeAgain.has(machine))
      return [machine, generationOf(1, machine, inputs, address)];
    if (rolled?.machine === machine)
      return [
        machine,
        generationOf(old.generation + 1, machine, inputs, rolled.address ?? address),
      ];
    return [machine, { ...old, staleFields: staleFields(old, inputs.definition) }];
  });
  return { ...olds?.generations, ...Object.fromEntries(next) };
}

/** Machines of the pool that the record does not know. */
export function added(olds: (Inputs & Outputs) | undefined, inputs: Inputs): readonly string[] {
  return inputs.machines.filter((machine) => olds?.generations[machine] === undefined);
}

/** Machines that the record knows, and that the pool had no more: their VMs are gone, or their removal was refused. */
export function returning(olds: (Inputs & Outputs) | undefined, inputs: Inputs): readonly string[] {
  if (olds === undefined) return [];
  return inputs.machines.filter(
    (machine) => olds.generations[machine] !== undefined && !olds.machines.includes(machine),
  );
}

/**
 * Whether the record would differ. A roll token that is taken away again is no change (the roll has happened), nor is a
 * pool that shrinks (machines that it has no more are kept in the record).
 */
export function generationsChange(olds: Inputs & Outputs, inputs: Inputs): boolean {
  return (
    returning(olds, inputs).length > 0 ||
    !isDeepStrictEqual(nextGenerations(olds, inputs), olds.generations)
  );
}

/** Fields in which a machine differs from what it is to be made from. */
export function staleFields(
  { applied }: Pick<MachineGeneration, "applied">,
  wanted: Readonly<Record<string, string>>,
): readonly string[] {
  const fields = new Set([...Object.keys(applied), ...Object.keys(wanted)]);
  return [...fields].filter((field) => applied[field] !== wanted[field]).sort();
}

/** What the user is told about each machine that keeps running as it was. */
export function staleMessages(
  { machines, replace }: Inputs,
  generations: Generations,
  roll: string,
): readonly string[] {
  return machines.flatMap((machine) => {
    const stale = generations[machine]?.staleFields ?? [];
    if (stale.length === 0) return [];
    const changed = `machine ${machine} is stale: ${stale.join(", ")} changed; it keeps running as it was`;
    switch (replace) {
      case "rolling":
        return `${changed}; run \`${roll}\``;
      case "never":
        return `${changed} (replace: never); the change counts for machines created from now on`;
    }
  });
}

function newRoll(olds: Inputs | undefined, { roll }: Inputs): GenerationRoll | undefined {
  return roll?.token === olds?.roll?.token ? undefined : roll;
}

function generationOf(
  generation: number,
  machine: string,
  { cluster, definition }: Inputs,
  address: string | undefined,
): MachineGeneration {
  return {
    generation,
    vmName: `${cluster}-${machine}-g${generation}`,
    ...(address !== undefined && { currentAddress: address }),
    applied: definition,
    staleFields: [],
  };
}
