import type { Endpoint } from "../inventory/types";
import type { Context } from "../server/handler";
import type { SwarmNodeInputs } from "../sdk/shapes";
import type { Connection } from "../transport/types";
import { localState, reachManager, type Manager } from "./managers";
import { findNode, listNodes, type Node } from "./nodes";
import { until } from "./poll";

/** How long a joined node may take to be ready. */
const readySeconds = 120;
/** A join that an earlier run began ends by itself within this time, one way or the other. */
const pendingSeconds = 40;

/** Makes the host a member of the Swarm, or finds that it is one. Answers its node, ready and in the right role. */
export async function joined(
  context: Context,
  inputs: SwarmNodeInputs,
  endpoint: Endpoint,
  connection: Connection,
): Promise<{ manager: Manager; node: Node }> {
  const manager = await reachManager(context, { clusterId: inputs.clusterId });
  const nodeId =
    (await existingMembership(context, inputs, connection, manager)) ??
    (await join(context, inputs, endpoint, connection, manager));
  const node = await until(
    async () => {
      const found = await findNode(manager.docker, nodeId);
      return found?.Status.State === "ready" ? found : undefined;
    },
    {
      seconds: readySeconds,
      signal: context.signal,
      late: () =>
        `${inputs.machine}: joined the Swarm, but is not ready after ${readySeconds} s: are ports 2377/tcp, 7946/tcp and udp open between the machines?`,
    },
  );
  return { manager, node };
}

/** The host's node if it is a member already; `undefined` when it is in no Swarm. */
async function existingMembership(
  context: Context,
  inputs: SwarmNodeInputs,
  connection: Connection,
  manager: Manager,
): Promise<string | undefined> {
  const local = await settled(context, connection);
  if (local.state === "inactive") return undefined;
  if (local.state === "locked")
    throw new Error(
      `${inputs.machine}: the node is locked: unlock it with \`docker swarm unlock\` and the output unlockKey, then run again`,
    );
  const known = local.nodeId !== "" && (await findNode(manager.docker, local.nodeId)) !== undefined;
  if (known && local.state === "active") return local.nodeId;
  if (known || local.state === "pending" || local.state === "error") {
    // A join that was cut off: the Swarm does not have this node, or it cannot use its membership.
    await connection.docker.swarmLeave({ force: true });
    return undefined;
  }
  throw new Error(
    `${inputs.machine}: the host is a member of another Swarm (node ${local.nodeId}): make it leave with \`docker swarm leave --force\` if that is meant, then run again`,
  );
}

async function settled(context: Context, connection: Connection) {
  const deadline = Date.now() + pendingSeconds * 1000;
  return until(
    async () => {
      const local = await localState(connection.docker);
      return local.state === "pending" && Date.now() < deadline ? undefined : local;
    },
    {
      seconds: pendingSeconds + 10,
      signal: context.signal,
      late: () => "the Swarm state stays pending",
    },
  );
}

async function join(
  context: Context,
  inputs: SwarmNodeInputs,
  endpoint: Endpoint,
  connection: Connection,
  manager: Manager,
): Promise<string> {
  context.log.status(`${inputs.machine} joins the Swarm`);
  // Not the inventory's: a manager that has not joined itself yet would refuse.
  const managers = (await listNodes(manager.docker)).flatMap(({ ManagerStatus }) =>
    ManagerStatus?.Reachability === "reachable" ? [ManagerStatus.Addr] : [],
  );
  const { JoinTokens } = (await manager.docker.swarmInspect()) as {
    JoinTokens: { Manager: string; Worker: string };
  };
  const token = inputs.role === "manager" ? JoinTokens.Manager : JoinTokens.Worker;
  context.conceal(token);
  await connection.docker.swarmJoin({
    ListenAddr: "0.0.0.0:2377",
    AdvertiseAddr: endpoint.address,
    DataPathAddr: endpoint.address,
    RemoteAddrs: managers,
    JoinToken: token,
  });
  const { nodeId } = await until(
    async () => {
      const local = await localState(connection.docker);
      return local.state === "active" ? local : undefined;
    },
    {
      seconds: readySeconds,
      signal: context.signal,
      late: () => `${inputs.machine}: the join is still pending after ${readySeconds} s`,
    },
  );
  return nodeId;
}
