import { error, type Finding, warning } from "../../finding";
import type { Path } from "../../problem";
import { type ClusterDraft, machineCount, poolsOf, type SwarmDraft } from "../file";

const smallestManagerMiB = 1024;

/**
 * A quorum that holds: an odd number of managers, at most 7. Docker's guide to Swarm administration: an even number
 * tolerates no more losses than one less, and above 7 every write waits for more answers without a gain.
 */
export function* checkManagers(draft: SwarmDraft): Iterable<Finding> {
  if (draft.nodePools === undefined) return;
  const pools = poolsOf(draft);
  const managers = pools.filter(([, pool]) => pool.role === "manager");
  for (const [name, { memoryMiB }] of managers) {
    if (memoryMiB !== undefined && memoryMiB < smallestManagerMiB) {
      yield warning(
        ["nodePools", name, "memoryMiB"],
        `is ${memoryMiB}, little for a manager with its system, engine and Raft log; give it at least ${smallestManagerMiB}`,
      );
    }
  }
  const unsure = pools.some(([, pool]) => pool.role === undefined);
  if (managers.length === 0) {
    if (!unsure) {
      yield error(
        ["nodePools"],
        "has no pool with `role: manager`; a Swarm needs 1, 3, 5 or 7 managers",
      );
    }
    return;
  }
  const counts = managers.map(([name, pool]) => machineCount(draft, name, pool));
  if (unsure || counts.includes(undefined)) return;
  const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const wrong = whatIsWrong(total);
  if (wrong === undefined) return;
  const detail =
    managers.length === 1
      ? ""
      : ` in all manager pools together (${managers.map(([name], i) => `${name} ${counts[i] ?? 0}`).join(", ")})`;
  yield error(place(draft, managers[0]?.[0] ?? ""), wrong.replace("%", `${total}${detail}`));
}

function whatIsWrong(total: number): string | undefined {
  if (total === 0) return "must be 1, 3, 5 or 7: a Swarm needs a manager; got %";
  if (total > 7)
    return "must be at most 7, as more managers only slow every write; got %, use 3, 5 or 7";
  if (total % 2 === 0) return "must be odd to keep quorum; got %, use 1, 3, 5 or 7";
  return undefined;
}

function place(draft: ClusterDraft, pool: string): Path {
  return draft.vsphere === undefined ? ["nodePools", pool] : ["nodePools", pool, "count"];
}
