import { nameOf, type PendingOperation, type StackState } from "../pulumi/state";
import { typeTokens } from "../pulumi/types";

/** What becomes of an operation that an update had begun and not ended. */
export interface OperationVerdict {
  /** `creating VirtualMachine lab-managers-0` */
  readonly operation: string;
  readonly urn: string;
  /** `drop`: forgotten, the next update does it again. `ask`: a person must look first. */
  readonly action: "drop" | "ask";
  readonly why: string;
}

/** A VM that an interrupted update was about to make. */
export interface PendingVm {
  readonly name: string;
  /** Relative to the datacenter's VM folder. */
  readonly folder: string;
  /** UUID of the template that it is cloned from. */
  readonly templateUuid?: string;
}

/** A DRS rule that an interrupted update was about to make. */
export interface PendingRule {
  readonly name: string;
  /** Managed object id of the compute cluster (`domain-c7`). */
  readonly computeClusterId: string;
}

/** Judges every pending operation of a state. */
export function judgeOperations(state: StackState): readonly OperationVerdict[] {
  return state.pendingOperations.map((pending) => {
    const { type, resource } = pending;
    const kind = resource.type.slice(resource.type.lastIndexOf(":") + 1);
    return {
      operation: `${type} ${kind} ${nameOf(resource.urn)}`,
      urn: resource.urn,
      ...judge(pending),
    };
  });
}

function judge({ type, resource }: PendingOperation): Pick<OperationVerdict, "action" | "why"> {
  if (type !== "creating" && type !== "importing") {
    return { action: "drop", why: "the next update does it again" };
  }
  if (resource.type.startsWith("slipway:")) {
    return { action: "drop", why: "made again: what is there already is found, not made twice" };
  }
  if (resource.type.startsWith("kubernetes:")) {
    // The plugin applies objects server-side.
    return { action: "drop", why: "made again; what came of it is taken over" };
  }
  switch (resource.type) {
    case typeTokens.virtualMachine:
      return { action: "drop", why: "made again; a VM that came of it is listed below" };
    case typeTokens.antiAffinityRule:
      return { action: "drop", why: "made again; a rule that came of it is listed below" };
    default:
      return {
        action: "ask",
        why: "whether it exists is not known to Slipway: look for it; if it is there, remove it or bring it in with `pulumi import`; then clear the operation by answering `pulumi refresh`",
      };
  }
}

export function pendingVms(state: StackState): readonly PendingVm[] {
  return created(state, typeTokens.virtualMachine).flatMap(({ inputs }) => {
    const { name, folder, clone } = inputs;
    if (typeof name !== "string") return [];
    const { templateUuid } = (clone ?? {}) as { templateUuid?: unknown };
    return [
      {
        name,
        folder: typeof folder === "string" ? folder : "",
        templateUuid: typeof templateUuid === "string" ? templateUuid : undefined,
      },
    ];
  });
}

export function pendingRules(state: StackState): readonly PendingRule[] {
  return created(state, typeTokens.antiAffinityRule).flatMap(({ inputs }) => {
    const { name, computeClusterId } = inputs;
    return typeof name === "string" && typeof computeClusterId === "string"
      ? [{ name, computeClusterId }]
      : [];
  });
}

function created(state: StackState, type: string) {
  return state.pendingOperations
    .filter((pending) => pending.type === "creating" && pending.resource.type === type)
    .map(({ resource }) => resource);
}
