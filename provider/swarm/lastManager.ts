import { machineLabel, type Node } from "./nodes";

/** What the last manager that answers does when it is to be removed. */
export type LastManagerVerdict =
  | { readonly kind: "leave" }
  | { readonly kind: "wait"; readonly others: readonly string[] }
  | { readonly kind: "refuse"; readonly reason: string };

/**
 * The Swarm ends when its last manager leaves, so all others go first. Nodes that are down do not count:
 * nobody will ever hear from them again.
 *
 * @param hasFailed whether the removal of a node has failed in this run: waiting for it is in vain.
 */
export function judgeLastManager(
  nodes: readonly Node[],
  own: string,
  hasFailed: (nodeId: string) => boolean,
): LastManagerVerdict {
  const alive = nodes.filter(({ ID, Status }) => ID !== own && Status.State !== "down");
  if (alive.length === 0) return { kind: "leave" };
  const failed = alive.filter(({ ID }) => hasFailed(ID));
  if (failed.length > 0)
    return {
      kind: "refuse",
      reason: `it is the last manager, and the removal of ${failed.map(nameOf).join(", ")} has failed: the Swarm would end under it. Cure that first, then run again`,
    };
  return { kind: "wait", others: alive.map(nameOf) };
}

function nameOf({ Spec, Description }: Node): string {
  return Spec.Labels[machineLabel] ?? Description.Hostname;
}
