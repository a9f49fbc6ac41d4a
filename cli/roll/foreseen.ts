import { staleFields } from "../../provider/machines/generation";
import type {
  NodePoolGenerationsInputs,
  NodePoolGenerationsOutputs,
} from "../../provider/sdk/shapes";
import { machineNameOf, type GenerationChange } from "../machines";
import type { Change } from "../pulumi/events";
import { nameOf } from "../pulumi/state";
import { typeTokens } from "../pulumi/types";

/** What a preview of the whole Pulumi stack says, as far as a roll is concerned. */
export interface Foreseen {
  /** By machine: what records that would change will say. */
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
    if (change.type === typeTokens.nodePoolGenerations && change.op === "update") {
      for (const [machine, foreseen] of recordChanges(change)) records.set(machine, foreseen);
      continue;
    }
    const inputs = Object.keys(change.newInputs).length > 0 ? change.newInputs : change.oldInputs;
    others.push({
      machine: machineNameOf({ type: change.type, inputs }),
      isUpdate: change.op === "update",
      isRule: change.type === typeTokens.antiAffinityRule,
      text: describe(change),
    });
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

/** By the provider's own rule, so that the plan says what the update will do. Machines that are new are others' changes. */
function recordChanges(change: Change): readonly [string, GenerationChange][] {
  const { definition, replace } = change.newInputs as unknown as NodePoolGenerationsInputs;
  const { generations } = change.oldOutputs as unknown as NodePoolGenerationsOutputs;
  return Object.entries(generations).map(([machine, generation]) => [
    machine,
    { staleFields: staleFields(generation, definition), replace },
  ]);
}
