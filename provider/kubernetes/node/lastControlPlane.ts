import type { Node } from "../api/objects";
import { isSilent, machineLabel } from "../nodes";

/** What the last control plane that answers does when it is to be removed. */
export type LastVerdict =
  | { readonly kind: "leave" }
  | { readonly kind: "wait"; readonly others: readonly string[] }
  | { readonly kind: "refuse"; readonly reason: string };

/**
 * The cluster ends when its last control plane leaves, so all others go first. Nodes that nobody hears from do not count.
 *
 * @param hasFailed whether the removal of a node has failed in this run: waiting for it is in vain.
 */
export function judgeLastControlPlane(
  nodes: readonly Node[],
  own: string,
  hasFailed: (nodeName: string) => boolean,
): LastVerdict {
  const alive = nodes.filter((node) => node.metadata.name !== own && !isSilent(node));
  if (alive.length === 0) return { kind: "leave" };
  const failed = alive.filter(({ metadata }) => hasFailed(metadata.name));
  if (failed.length > 0)
    return {
      kind: "refuse",
      reason: `it is the last control plane, and the removal of ${failed.map(nameOf).join(", ")} has failed: the cluster would end under it. Cure that first, then run again`,
    };
  return { kind: "wait", others: alive.map(nameOf) };
}

function nameOf({ metadata }: Node): string {
  return metadata.labels?.[machineLabel] ?? metadata.name;
}
