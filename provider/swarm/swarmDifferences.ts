import type { SwarmClusterInputs } from "../sdk/shapes";

/** What a Swarm was initialised with. */
export type Fixed = Pick<SwarmClusterInputs, "addressPool" | "subnetSize" | "dataPathPort">;

/** Where a Swarm that was found differs from the one that is wanted, each with both values. */
export function swarmDifferences(wanted: Fixed, found: Fixed): string[] {
  const differences: string[] = [];
  const compare = (name: keyof Fixed, there: string, here: string) => {
    if (there !== here) differences.push(`${name} ${there} (wanted: ${here})`);
  };
  const list = (pool: readonly string[]) => [...pool].sort().join(", ");
  // No wish leaves the choice to the engine.
  if (wanted.addressPool.length > 0)
    compare("addressPool", list(found.addressPool), list(wanted.addressPool));
  compare("subnetSize", String(found.subnetSize), String(wanted.subnetSize));
  compare("dataPathPort", String(found.dataPathPort), String(wanted.dataPathPort));
  return differences;
}
