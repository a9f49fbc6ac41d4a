/** A node as the Swarm's managers see it, as far as quorum asks. */
export interface Member {
  readonly id: string;
  readonly hostname: string;
  readonly isManager: boolean;
  /** A manager that Raft reaches; a worker that is ready. */
  readonly isReachable: boolean;
}

/** How many managers must be reachable for the Swarm to decide anything. */
export function majorityOf(managers: number): number {
  return Math.floor(managers / 2) + 1;
}

/**
 * Why the manager must not be taken out of the cluster now; `undefined` when it may.
 * Source: Docker's administration guide, "Maintain the quorum of managers".
 *
 * @param out Node that stops being a manager; a node that is none is always free to go.
 */
export function quorumObjection(members: readonly Member[], out: string): string | undefined {
  const managers = members.filter(({ isManager }) => isManager);
  const leaving = managers.find(({ id }) => id === out);
  if (leaving === undefined) return undefined;
  const reachable = managers.filter(({ isReachable }) => isReachable).length;
  const before = `${reachable} of ${managers.length} managers are reachable`;
  if (reachable < majorityOf(managers.length))
    return `the Swarm has no quorum: ${before}. Bring a manager back first`;
  const left = managers.length - 1;
  const leftReachable = reachable - (leaving.isReachable ? 1 : 0);
  if (left === 0) return undefined;
  if (leftReachable < majorityOf(left)) {
    const down = managers.filter(({ id, isReachable }) => id !== out && !isReachable);
    return (
      `without ${leaving.hostname} the Swarm would lose its quorum: ${before}, ${leftReachable} of ${left} would be. ` +
      `Bring ${down.map(({ hostname }) => hostname).join(", ")} back, or remove it first`
    );
  }
  return undefined;
}

/** As `quorumObjection`, for a manager that stays in the Swarm as a worker: somebody has to decide. */
export function demotionObjection(members: readonly Member[], demoted: string): string | undefined {
  const others = members.filter(({ id, isManager }) => isManager && id !== demoted);
  if (others.length > 0) return quorumObjection(members, demoted);
  return "it is the only manager of the Swarm. Make another node a manager first";
}

/** Why the manager must not be stopped for a while, say for an upgrade of its engine; `undefined` when it may. */
export function pauseObjection(members: readonly Member[], paused: string): string | undefined {
  const managers = members.filter(({ isManager }) => isManager);
  const stopping = managers.find(({ id }) => id === paused);
  // A single manager has no quorum to keep: its applications run on while it restarts.
  if (stopping === undefined || managers.length === 1) return undefined;
  const others = managers.filter(({ id, isReachable }) => id !== paused && isReachable).length;
  const needed = majorityOf(managers.length);
  if (others >= needed) return undefined;
  return `while ${stopping.hostname} is stopped the Swarm would have ${others} of ${managers.length} managers and needs ${needed}: bring the others back first`;
}
