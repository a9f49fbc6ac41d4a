import type { ClusterSpec } from "../components/spec";
import type { MachineRole } from "../provider/sdk/shapes";

/** What things are called, by orchestrator. */
export interface OrchestratorWords {
  /** `the Swarm is not well` */
  readonly cluster: string;
  /** A machine that takes part in decisions. */
  readonly decider: string;
}

const words: Readonly<Record<ClusterSpec["orchestrator"], OrchestratorWords>> = {
  swarm: { cluster: "Swarm", decider: "manager" },
  kubernetes: { cluster: "cluster", decider: "control plane" },
};

export function wordsOf({ orchestrator }: Pick<ClusterSpec, "orchestrator">): OrchestratorWords {
  return words[orchestrator];
}

/** The same, where only the role of one of the machines is known. */
export function wordsOfRole(role: Exclude<MachineRole, "worker">): OrchestratorWords {
  return role === "manager" ? words.swarm : words.kubernetes;
}
