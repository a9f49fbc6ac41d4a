import { nextGeneration } from "../../provider/machines/generation";
import type { MachineGenerationInputs, MachineGenerationOutputs } from "../../provider/sdk/shapes";
import { machineNameOf, type GenerationChange } from "../machines";
import type { Change } from "../pulumi/events";
import { nameOf } from "../pulumi/state";
import { typeTokens } from "../pulumi/types";

/** What a preview of the whole Pulumi stack says, as far as a roll is concerned. */
export interface Foreseen {
  /** By machine: records that would change. */
  readonly changes: ReadonlyMap<string, GenerationChange>;
  /**
   * Everything else that would change. A targeted update cannot be trusted beside it: it fails half way as
   * soon as something that it needs is new and not among its targets.
   */
  readonly others: readonly OtherChange[];
}

export interface OtherChange {
  /** Machine that it belongs to; absent for what machines share. */
  readonly machine?: string;
  /** It stays, with other properties. */
  readonly isUpdate: boolean;
  /** It is an anti-affinity rule, which follows its machines. */
  readonly isRule: boolean;
  /** `create Engine lab-workers-2` */
  readonly text: string;
}

/** Sorts the changes of a preview into machine records and the rest. */
export function foresee(changes: readonly Change[]): Foreseen {
  const records = new Map<string, GenerationChange>();
  const others: OtherChange[] = [];
  for (const change of changes) {
    const inputs = Object.keys(change.newInputs).length > 0 ? change.newInputs : change.oldInputs;
    const machine = machineNameOf({ type: change.type, inputs });
    if (
      change.type === typeTokens.machineGeneration &&
      change.op === "update" &&
      machine !== undefined
    ) {
      records.set(machine, recordChange(change));
    } else {
      others.push({
        machine,
        isUpdate: change.op === "update",
        isRule: change.type === typeTokens.antiAffinityRule,
        text: describe(change),
      });
    }
  }
  return { changes: records, others };
}

/** `create VirtualMachine lab-managers-0` */
export function describe(change: Pick<Change, "op" | "type" | "urn">): string {
  const words: Readonly<Record<string, string>> = {
    "create-replacement": "create",
    "delete-replaced": "delete old",
    "discard-replaced": "forget old",
    "remove-pending-replace": "forget old",
  };
  const type = change.type.slice(change.type.lastIndexOf(":") + 1);
  return `${words[change.op] ?? change.op} ${type} ${nameOf(change.urn)}`;
}

/** By the provider's own rule, so that the plan says what the update will do. */
function recordChange(change: Change): GenerationChange {
  const inputs = change.newInputs as unknown as MachineGenerationInputs;
  const olds = { ...change.oldInputs, ...change.oldOutputs } as unknown as MachineGenerationInputs &
    MachineGenerationOutputs;
  return { staleFields: nextGeneration(olds, inputs).staleFields, replace: inputs.replace };
}
