import type { Member } from "./members";

type Voter = Pick<Member, "name" | "isLearner" | "isHealthy">;

function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/**
 * Why the member of a node must not be taken out of etcd now; `undefined` when it may. Learners have no vote.
 * Source: etcd's runtime reconfiguration guide.
 */
export function removalObjection(members: readonly Voter[], node: string): string | undefined {
  const voters = members.filter(({ isLearner }) => !isLearner);
  const leaving = voters.find(({ name }) => name === node);
  if (leaving === undefined) return undefined;
  const healthy = voters.filter(({ isHealthy }) => isHealthy).length;
  const before = `${healthy} of ${voters.length} etcd members are healthy`;
  if (healthy < majorityOf(voters.length))
    return `etcd has no quorum: ${before}. Bring a control plane back first`;
  const left = voters.length - 1;
  const leftHealthy = healthy - (leaving.isHealthy ? 1 : 0);
  if (left === 0 || leftHealthy >= majorityOf(left)) return undefined;
  return (
    `without ${node} etcd would lose its quorum: ${before}, ${leftHealthy} of ${left} would be. ` +
    `Bring ${unhealthyBeside(voters, node)} back, or remove it first`
  );
}

/** Why a control plane must not be stopped for a while, say for an upgrade; `undefined` when it may. */
export function pauseObjection(members: readonly Voter[], node: string): string | undefined {
  const voters = members.filter(({ isLearner }) => !isLearner);
  const stopping = voters.find(({ name }) => name === node);
  // A single control plane has no quorum to keep: pods run on while it restarts.
  if (stopping === undefined || voters.length === 1) return undefined;
  const others = voters.filter(({ name, isHealthy }) => name !== node && isHealthy).length;
  const needed = majorityOf(voters.length);
  if (others >= needed) return undefined;
  return (
    `while ${node} is stopped etcd would have ${others} of ${voters.length} members and needs ${needed}: ` +
    `bring ${unhealthyBeside(voters, node)} back first`
  );
}

/** Why no member may be added now: each that is added raises the majority. */
export function additionObjection(members: readonly Voter[]): string | undefined {
  const sick = members.filter(({ isHealthy }) => !isHealthy);
  if (sick.length === 0) return undefined;
  return `${sick.map(({ name }) => name || "an etcd member that never started").join(", ")} is not healthy: bring it back, or remove it first`;
}

function unhealthyBeside(voters: readonly Voter[], node: string): string {
  const names = voters.filter(({ name, isHealthy }) => name !== node && !isHealthy);
  return names.length === 0 ? "another control plane" : names.map(({ name }) => name).join(", ");
}
