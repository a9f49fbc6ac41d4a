import type { ClusterSpec } from "../components/spec";

/** CPUs of a machine, by its name; where nobody names one, those of the smallest. */
export function machineCpus(
  { nodePools, hosts }: Pick<ClusterSpec, "nodePools" | "hosts">,
  machine: string | undefined,
): number {
  const host = hosts?.find(({ name }) => name === machine);
  const pool = nodePools[host?.pool ?? machine?.replace(/-\d+$/, "") ?? ""];
  return pool?.numCpus ?? Math.min(...Object.values(nodePools).map(({ numCpus }) => numCpus));
}
