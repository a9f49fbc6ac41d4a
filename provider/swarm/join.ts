import type { Endpoint } from "../inventory/types";
import { messageOf } from "../server/failure";
import type { Context } from "../server/handler";
import type { SwarmNodeInputs } from "../sdk/shapes";
import type { Connection } from "../transport/types";
import { removeGhost } from "./ghosts";
import { describeState, localState, type LocalState, type Managers } from "./managers";
import { judgeMembership } from "./membership";
import { findNode, listNodes, type Node } from "./nodes";
import { until } from "../cluster/poll";

/** How long a joined node may take to be ready. */
const readySeconds = 120;
/** A join that an earlier run began ends by itself within this time, one way or the other. */
const pendingSeconds = 40;

/** A host that joins. */
export interface Newcomer {
  readonly inputs: SwarmNodeInputs;
  readonly endpoint: Endpoint;
  readonly connection: Connection;
}

/** Makes the host a member of the Swarm, or finds that it is one. Answers its node, ready. */
export async function joined(
  context: Context,
  managers: Managers,
  newcomer: Newcomer,
  signal: AbortSignal,
): Promise<Node> {
  const { machine } = newcomer.inputs;
  const nodeId = await memberId(context, managers, newcomer, signal);
  return until(
    async () => {
      const node = await findNode(managers, nodeId);
      if (node?.Status.State !== "ready") return undefined;
      // A manager that Raft does not reach yet is no manager to the next step.
      const isManager = node.Spec.Role === "manager";
      return !isManager || node.ManagerStatus?.Reachability === "reachable" ? node : undefined;
    },
    {
      seconds: readySeconds,
      signal,
      late: () =>
        `${machine}: joined the Swarm, but is not ready after ${readySeconds} s: are ports 2377/tcp, 7946/tcp and 7946/udp open between the machines?`,
    },
  );
}

async function memberId(
  context: Context,
  managers: Managers,
  newcomer: Newcomer,
  signal: AbortSignal,
): Promise<string> {
  const { inputs, connection } = newcomer;
  const local = await settled(connection, signal);
  const node = local.nodeId === "" ? undefined : await findNode(managers, local.nodeId);
  const knownAs = node?.Spec.Role ?? "unknown";
  const membership = judgeMembership(inputs.machine, inputs.clusterId, local, knownAs);
  if (membership.kind === "member") return membership.nodeId;
  if (membership.kind === "rejoin") {
    if (membership.formerNodeId !== undefined)
      await removeGhost(managers, membership.formerNodeId, signal);
    await connection.docker.swarmLeave({ force: true });
  }
  return join(context, managers, newcomer, signal);
}

/** The host's state, once a join that is under way has ended. */
async function settled(connection: Connection, signal: AbortSignal): Promise<LocalState> {
  const deadline = performance.now() + pendingSeconds * 1000;
  return until(
    async () => {
      const local = await localState(connection.docker);
      return local.state === "pending" && performance.now() < deadline ? undefined : local;
    },
    {
      seconds: pendingSeconds + 10,
      signal,
      late: () => `${connection.machine}: the engine does not say whether it is in a Swarm`,
    },
  );
}

async function join(
  context: Context,
  managers: Managers,
  { inputs, endpoint, connection }: Newcomer,
  signal: AbortSignal,
): Promise<string> {
  const { machine, role } = inputs;
  context.log.status(`${machine} joins the Swarm`);
  // Not the inventory's: a manager that has not joined itself yet would refuse.
  const RemoteAddrs = (await listNodes(managers)).flatMap(({ ManagerStatus }) =>
    ManagerStatus?.Reachability === "reachable" ? [ManagerStatus.Addr] : [],
  );
  const JoinToken = await joinToken(managers, role);
  context.conceal(JoinToken);
  const request = { ListenAddr: "0.0.0.0:2377", AdvertiseAddr: endpoint.address };
  try {
    await connection.docker.swarmJoin({
      ...request,
      DataPathAddr: endpoint.address,
      RemoteAddrs,
      JoinToken,
    });
  } catch (error) {
    signal.throwIfAborted();
    // The engine answers after 20 s and goes on trying: what comes of it is seen below.
    if ((await localState(connection.docker).catch(() => undefined))?.state !== "pending")
      throw new Error(`${machine}: joining the Swarm as a ${role} failed: ${messageOf(error)}`, {
        cause: error,
      });
  }
  const local = await until(
    async () => {
      const now = await localState(connection.docker);
      if (now.state === "error")
        throw new Error(`${machine}: joining the Swarm as a ${role} failed: ${describeState(now)}`);
      return now.state === "active" ? now : undefined;
    },
    {
      seconds: readySeconds,
      signal,
      late: () =>
        `${machine}: the join is still pending after ${readySeconds} s: does the machine reach ${RemoteAddrs.join(", ")}?`,
    },
  );
  return local.nodeId;
}

async function joinToken(managers: Managers, role: "manager" | "worker"): Promise<string> {
  const { JoinTokens } = (await managers.call((docker) => docker.swarmInspect())) as {
    JoinTokens: { Manager: string; Worker: string };
  };
  return role === "manager" ? JoinTokens.Manager : JoinTokens.Worker;
}
