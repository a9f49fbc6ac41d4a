import type { EngineEvent } from "@pulumi/pulumi/automation";

/** One resource in an update or a preview. */
export interface Change {
  /** Pulumi's own word: `create`, `update`, `delete`, `create-replacement`, `delete-replaced`, … */
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** It has happened (or would have, in a preview); before that, it has begun. */
  readonly done: boolean;
  readonly failed: boolean;
  readonly oldOutputs: Readonly<Record<string, unknown>>;
  readonly oldInputs: Readonly<Record<string, unknown>>;
  readonly newInputs: Readonly<Record<string, unknown>>;
}

/** Operations by which nothing changes; `replace` only joins the creation and the deletion that are told beside it. */
const quiet = new Set(["same", "replace", "read", "read-replacement", "refresh", "import"]);

/** What an event of the engine says about a resource that changes; `undefined` for all other events. */
export function changeOf(event: EngineEvent): Change | undefined {
  const failure = event.resOpFailedEvent;
  const step = event.resourcePreEvent ?? event.resOutputsEvent ?? failure;
  if (step === undefined || quiet.has(step.metadata.op)) return undefined;
  const { op, urn, type, old, new: made } = step.metadata;
  return {
    op,
    urn,
    type,
    done: event.resourcePreEvent === undefined,
    failed: failure !== undefined,
    oldOutputs: old?.outputs ?? {},
    oldInputs: old?.inputs ?? {},
    newInputs: made?.inputs ?? {},
  };
}
