import type { Endpoint } from "../../inventory/types";
import { messageOf } from "../../server/failure";
import type { Context } from "../../server/handler";
import { quote } from "../../transport/shell";
import type { ControlPlanes } from "../controlPlanes";
import { localState } from "../localState";
import { restartKubelet } from "../node/upgrade";
import { listNodes } from "../nodes";
import { kubeletConfig } from "../paths";
import type { Connection } from "../../transport/types";

/** A worker that could not be told, and why. */
export interface Untold {
  readonly machine: string;
  readonly reason: string;
}

/** Makes the kubelet look for the cluster at this endpoint; prints whether that is another one than before. */
export function kubeletServerScript(endpoint: string): string {
  const server = `https://${endpoint}`;
  return `if [ -e ${kubeletConfig} ] && ! grep -q ${quote(`^ *server: ${server}$`)} ${kubeletConfig}; then
  umask 077
  sed ${quote(`s#^\\( *server:\\).*#\\1 ${server}#`)} ${kubeletConfig} >${kubeletConfig}.part
  mv ${kubeletConfig}.part ${kubeletConfig}
  echo moved
fi`;
}

/**
 * Workers have lived on without their cluster, and find it by themselves. Told are those that know it at another address
 * and those whose node the snapshot has not: a kubelet registers its node at its start alone. Pods run on meanwhile.
 */
export async function tellWorkers(
  context: Context,
  cluster: ControlPlanes,
  endpoint: string,
): Promise<readonly Untold[]> {
  const known = new Set((await listNodes(cluster)).map(({ metadata }) => metadata.name));
  const machines = (await context.inventory.machines()).filter(({ role }) => role === "worker");
  const dormant = (await context.inventory.dormant()).filter(({ role }) => role === "worker");
  const told = await Promise.all(machines.map((one) => tell(context, one, known, endpoint)));
  return [...told.flat(), ...dormant.map(({ machine, reason }) => ({ machine, reason }))];
}

async function tell(
  context: Context,
  worker: Endpoint,
  known: ReadonlySet<string>,
  endpoint: string,
): Promise<readonly Untold[]> {
  try {
    const connection = await context.connectTo(worker);
    const { hasKubelet, nodeName } = await localState(connection);
    // One that is in no cluster joins with the next update.
    if (!hasKubelet) return [];
    if ((await moved(connection, endpoint)) || !known.has(nodeName))
      await restartKubelet(connection);
    return [];
  } catch (error) {
    context.signal.throwIfAborted();
    return [{ machine: worker.machine, reason: messageOf(error) }];
  }
}

async function moved(connection: Connection, endpoint: string): Promise<boolean> {
  const answer = await connection.must(
    "telling its kubelet where the cluster is",
    kubeletServerScript(endpoint),
  );
  return answer.trim() === "moved";
}
