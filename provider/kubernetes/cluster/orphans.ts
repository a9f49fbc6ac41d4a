import type { Endpoint } from "../../inventory/types";
import type { Context } from "../../server/handler";
import { localState } from "../localState";

/** How long a worker is waited for, seconds: one that boots still is in no cluster. */
const patience = 5;

/**
 * @throws where workers are nodes of a cluster that has no control plane any more: an empty one in its place would be
 *   another cluster, with the old one's applications still running on its workers.
 */
export async function refuseOrphans(context: Context): Promise<void> {
  const workers = (await context.inventory.machines()).filter(({ role }) => role === "worker");
  const found = await Promise.all(workers.map((one) => orphan(context, one)));
  const orphans = found.flat();
  if (orphans.length === 0) return;
  throw new Error(
    `${orphans.join(", ")} ${orphans.length === 1 ? "is a node" : "are nodes"} of a cluster that has no control plane and that this Pulumi stack does not know. ` +
      "If the state was lost, bring it back (`pulumi stack import`), then the cluster (`slipway restore`). If that cluster is not wanted any more, run `kubeadm reset` there, or destroy these VMs",
  );
}

async function orphan(context: Context, worker: Endpoint): Promise<readonly string[]> {
  try {
    const local = await localState(await context.connectTo(worker, patience));
    return local.hasKubelet && local.unfinished === undefined ? [worker.machine] : [];
  } catch {
    // It tells nothing either way, and the control planes have been asked.
    context.signal.throwIfAborted();
    return [];
  }
}
