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
  /** Parts that somebody else has changed since the last update. */
  readonly drift: readonly string[];
}

/** Operations by which nothing changes; `replace` only joins the creation and the deletion that are told beside it. */
const quiet = new Set(["same", "replace", "read", "read-replacement", "refresh", "import"]);

/** What an event of the engine says about a resource that changes; `undefined` for all other events. */
export function changeOf(event: EngineEvent): Change | undefined {
  const failure = event.resOpFailedEvent;
  const step = event.resourcePreEvent ?? event.resOutputsEvent ?? failure;
  if (step === undefined || quiet.has(step.metadata.op)) return undefined;
  const { op, urn, type, old, new: made, detailedDiff } = step.metadata;
  return {
    op,
    urn,
    type,
    done: event.resourcePreEvent === undefined,
    failed: failure !== undefined,
    oldOutputs: old?.outputs ?? {},
    oldInputs: old?.inputs ?? {},
    newInputs: made?.inputs ?? {},
    // Null where there is none, whatever the SDK's types say.
    drift: Object.entries((detailedDiff as typeof detailedDiff | null) ?? {}).flatMap(
      ([path, { inputDiff }]) => (inputDiff ? [] : [path]),
    ),
  };
}

/** A resource as a run leaves it, whether or not it changes. */
export interface Standing {
  readonly urn: string;
  readonly type: string;
  /** Pulumi refuses to delete it. */
  readonly isProtected: boolean;
  /** Secrets are left out, and what is not known yet is one of Pulumi's texts for that. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What an event tells of a resource that stands after the run; `undefined` for all other events. */
export function standingOf(event: EngineEvent): Standing | undefined {
  const metadata = event.resourcePreEvent?.metadata;
  if (metadata?.new === undefined) return undefined;
  const { urn, type, protect, inputs } = metadata.new;
  return { urn, type, isProtected: protect === true, inputs };
}

/** Outputs of a Pulumi stack: as the program gives them, and as they were. */
export interface StackOutputs {
  readonly now: Readonly<Record<string, unknown>>;
  readonly before: Readonly<Record<string, unknown>>;
}

/** What an event tells of the outputs of the Pulumi stack; `undefined` for all other events. */
export function stackOutputsOf(event: EngineEvent): StackOutputs | undefined {
  const metadata = event.resOutputsEvent?.metadata;
  if (metadata?.type !== "pulumi:pulumi:Stack" || metadata.new === undefined) return undefined;
  return { now: metadata.new.outputs, before: metadata.old?.outputs ?? {} };
}
