import { describeState, type LocalState } from "./managers";

/** How the Swarm that a host is to join knows the node that the host believes to be. */
export type KnownAs = "worker" | "manager" | "unknown";

/** What is to be done about a host that shall be a member. */
export type Membership =
  | { readonly kind: "member"; readonly nodeId: string }
  | { readonly kind: "join" }
  /** A join that was cut off: the rest of it goes first, `formerNodeId` in the Swarm and the host's own share. */
  | { readonly kind: "rejoin"; readonly formerNodeId?: string };

/**
 * What a host's own state and the Swarm's list of nodes say together.
 * @param local after a pending join had its time.
 * @throws where nothing may be done: the host is locked, or a member of another Swarm.
 */
export function judgeMembership(
  machine: string,
  clusterId: string,
  local: LocalState,
  knownAs: KnownAs,
): Membership {
  const { state, nodeId } = local;
  if (state === "inactive") return { kind: "join" };
  if (state === "locked")
    throw new Error(
      `${machine}: the engine is locked: unlock it with \`docker swarm unlock\` and the output unlockKey, then run again`,
    );
  const foreign = local.clusterId !== undefined && local.clusterId !== clusterId;
  if (!foreign && knownAs !== "unknown") {
    if (state === "active") return { kind: "member", nodeId };
    return { kind: "rejoin", formerNodeId: nodeId };
  }
  // No manager has let it in yet: it is nobody's member.
  if (!foreign && nodeId === "") return { kind: "rejoin" };
  throw new Error(
    `${machine}: the host is a member of another Swarm (node ${nodeId}; ${describeState(local)}). ` +
      "If it may leave that one, run `docker swarm leave --force` on it, then run again",
  );
}
