import { parseState, type StackState, type StateResource } from "../pulumi/state";
import { typeTokens } from "../pulumi/types";

/** VMs whose deletion was begun or is to be done: they may be gone already. */
export function dyingVms(state: StackState): readonly StateResource[] {
  const dying = new Set(
    state.pendingOperations
      .filter(({ type }) => type === "deleting")
      .map(({ resource }) => resource.id),
  );
  return state.resources.filter(
    ({ type, id, deletePending }) =>
      type === typeTokens.virtualMachine && (deletePending || (id !== undefined && dying.has(id))),
  );
}

/**
 * The state without pending operations and without the VMs that are gone. Everything else stays byte for byte.
 * A VM on which something else in the state still stands is left to the next update.
 */
export function cleanState(exported: string, goneVmIds: ReadonlySet<string>): string {
  const raw = JSON.parse(exported) as RawState;
  const { resources } = parseState(raw);
  const removable = resources.map(
    (resource, index) =>
      resource.type === typeTokens.virtualMachine &&
      resource.id !== undefined &&
      goneVmIds.has(resource.id) &&
      !isNeeded(resource, index, resources),
  );
  return JSON.stringify({
    ...raw,
    deployment: {
      ...raw.deployment,
      pending_operations: undefined,
      resources: (raw.deployment.resources ?? []).filter(
        (_resource, index) => removable[index] !== true,
      ),
    },
  });
}

/** Another resource of the same URN (its replacement) carries what depends on it. */
function isNeeded(resource: StateResource, index: number, all: readonly StateResource[]): boolean {
  const twin = all.some((other, at) => at !== index && other.urn === resource.urn);
  return !twin && all.some(({ needs }) => needs.includes(resource.urn));
}

interface RawState {
  readonly deployment: {
    readonly pending_operations?: unknown;
    readonly resources?: readonly unknown[];
  };
}
