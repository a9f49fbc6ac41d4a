import type { Endpoint } from "../../../provider/inventory/types";
import { keptSnapshots, type KeptSnapshot } from "../../../provider/kubernetes/etcd/kept";
import type { Context } from "../../../provider/server/handler";
import { badUsage, failed } from "../../exit";

/** A snapshot, and the control plane that keeps it. */
export interface Found extends KeptSnapshot {
  readonly endpoint: Endpoint;
}

export interface Kept {
  /** Newest first. */
  readonly snapshots: readonly Found[];
  /** Control planes that could not be asked. */
  readonly unasked: readonly { readonly machine: string; readonly reason: string }[];
}

/** Asks all control planes for the snapshots on their disks: no API server has to answer for that. */
export async function lookForSnapshots(context: Context): Promise<Kept> {
  const [endpoints, dormant] = await Promise.all([
    context.inventory.managers(),
    context.inventory.dormant(),
  ]);
  const snapshots: Found[] = [];
  const unasked = dormant
    .filter(({ role }) => role !== "worker")
    .map(({ machine, reason }) => ({ machine, reason }));
  await Promise.all(
    endpoints.map(async (endpoint) => {
      try {
        const connection = await context.connectTo(endpoint);
        for (const one of await keptSnapshots(connection)) snapshots.push({ ...one, endpoint });
      } catch (error) {
        context.signal.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        unasked.push({ machine: endpoint.machine, reason });
      }
    }),
  );
  if (endpoints.length + unasked.length === 0)
    throw failed(
      "the cluster has no control plane, and so none that keeps snapshots: bring it back with `slipway restore` and a snapshot that was downloaded before",
    );
  const byTime = (a: Found, b: Found) =>
    b.taken.localeCompare(a.taken) || a.endpoint.machine.localeCompare(b.endpoint.machine);
  return { snapshots: snapshots.sort(byTime), unasked };
}

/**
 * The snapshot of a name, or of `<machine>/<name>` where two control planes have one of the same second.
 * @throws CliError where there is none, or more than one.
 */
export function choose({ snapshots, unasked }: Kept, wanted: string): Found {
  const fitting = snapshots.filter(
    ({ name, endpoint }) => name === wanted || `${endpoint.machine}/${name}` === wanted,
  );
  const [found, other] = fitting;
  if (found === undefined)
    throw badUsage(
      `no control plane keeps a snapshot ${wanted}: --list shows those that there are${unasked.map(({ machine, reason }) => `\n  ${machine} could not be asked: ${reason}`).join("")}`,
    );
  if (other !== undefined)
    throw badUsage(
      `${wanted} is the name of ${fitting.length} snapshots: give ${fitting.map(({ endpoint, name }) => `${endpoint.machine}/${name}`).join(" or ")}`,
    );
  return found;
}
