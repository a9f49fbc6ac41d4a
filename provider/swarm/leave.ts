import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../server/failure";
import type { Context } from "../server/handler";
import type { SwarmNodeInputs, SwarmNodeOutputs } from "../sdk/shapes";
import type { Connection } from "../transport/types";
import { drain } from "./drain";
import { statusOf } from "./errors";
import { swarmLock } from "./lock";
import { localState, NoManager, reachManager, type Manager } from "./managers";
import { findNode, listNodes, membersOf, updateNode, type Node } from "./nodes";
import { until } from "./poll";
import { quorumObjection } from "./quorum";
import { localData, refusal, type Volume } from "./volumes";

type Member = SwarmNodeInputs & SwarmNodeOutputs;

const seconds = { demote: 60, leave: 60, lastManager: 900, betweenTries: 2 } as const;

/** The last manager has to wait: the others are leaving in the same run. */
const othersRemain = Symbol("others remain");

/**
 * Takes a machine out of the Swarm: drained, demoted, left, removed. Refuses what would destroy a
 * volume or break quorum. Every step looks first, so that a run that was cut off is simply repeated.
 */
export async function leave(context: Context, member: Member): Promise<void> {
  const present = (await context.inventory.existence(member)) === "present";
  const connection = present ? await reach(context, member) : undefined;
  if (connection !== undefined) await refuseDataLoss(connection, member);

  const deadline = Date.now() + seconds.lastManager * 1000;
  for (;;) {
    const outcome = await tryToLeave(context, member, connection);
    if (outcome !== othersRemain) return;
    if (Date.now() > deadline)
      throw new Error(
        `${member.machine} is the last manager and other nodes are still in the Swarm: remove them first`,
      );
    context.log.status(
      `${member.machine} is the last manager: waiting for the other nodes to leave`,
    );
    await sleep(seconds.betweenTries * 1000, undefined, { signal: context.signal });
  }
}

async function tryToLeave(
  context: Context,
  member: Member,
  connection: Connection | undefined,
): Promise<typeof othersRemain | undefined> {
  try {
    await reachManager(context, { clusterId: member.clusterId });
  } catch (error) {
    // All managers were asked and none is in a Swarm any more, or none is left: nothing knows this node.
    if (error instanceof NoManager && error.allInactive) return undefined;
    throw error;
  }
  return swarmLock.hold(context, `removing ${member.machine}`, async (signal) => {
    const manager = await reachManager(context, {
      clusterId: member.clusterId,
      avoid: member.nodeId,
    });
    const node = await findNode(manager.docker, member.nodeId);
    if (node === undefined) {
      await leaveLocally(connection, member);
      return undefined;
    }
    if (connection === undefined) {
      await removeGhost(manager, node, signal);
      return undefined;
    }
    const nodes = await listNodes(manager.docker);
    if (manager.nodeId === member.nodeId) {
      if (nodes.length > 1) return othersRemain;
      await leaveLocally(connection, member);
      return undefined;
    }
    await retire(context, manager, node, nodes, connection, signal);
    return undefined;
  });
}

/** Drain, demote, leave, remove: the way of a healthy node. */
async function retire(
  context: Context,
  manager: Manager,
  node: Node,
  nodes: readonly Node[],
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  const { machine } = connection;
  const objection = quorumObjection(membersOf(nodes), node.ID);
  if (objection !== undefined) throw new Error(`${machine} is not removed: ${objection}`);
  await drain(context, manager, node.ID, machine, signal);
  if (node.Spec.Role === "manager") {
    await updateNode(manager.docker, node.ID, (spec) => ({ ...spec, Role: "worker" }));
    await until(async () => ((await localState(connection.docker)).isManager ? undefined : true), {
      seconds: seconds.demote,
      signal,
      late: () => `${machine}: still a manager ${seconds.demote} s after it was demoted`,
    });
  }
  await context.critical(() => leaveEngine(connection));
  await removeNode(manager, node.ID, signal);
}

async function leaveEngine(connection: Connection): Promise<void> {
  try {
    // Force: a worker needs none, and a demoted manager may not have noticed yet.
    await connection.docker.swarmLeave({ force: true });
  } catch (error) {
    // 503: it is in no Swarm any more.
    if (statusOf(error) !== 503) throw error;
  }
}

async function leaveLocally(connection: Connection | undefined, member: Member): Promise<void> {
  if (connection === undefined) return;
  const local = await localState(connection.docker);
  if (local.state === "inactive") return;
  if (local.nodeId !== member.nodeId) return;
  await leaveEngine(connection);
}

/** Deletes a node that has left: the managers notice it by its silence, some seconds later. */
async function removeNode(manager: Manager, id: string, signal: AbortSignal): Promise<void> {
  await until(
    async () => {
      const node = await findNode(manager.docker, id);
      if (node === undefined) return true;
      if (node.Status.State !== "down") return undefined;
      await manager.docker.getNode(id).remove({ force: false });
      return true;
    },
    {
      seconds: seconds.leave,
      signal,
      late: () => `node ${id} has left the Swarm, but its managers still call it up`,
    },
  );
}

/** Removes a node whose machine does not exist any more. A dead manager counts against quorum until it is gone. */
export async function removeGhost(
  manager: Manager,
  ghost: Node,
  signal: AbortSignal,
): Promise<void> {
  if (ghost.Spec.Role === "manager") {
    const objection = quorumObjection(membersOf(await listNodes(manager.docker)), ghost.ID);
    if (objection !== undefined)
      throw new Error(`ghost ${ghost.Description.Hostname} is not removed: ${objection}`);
    await updateNode(manager.docker, ghost.ID, (spec) => ({ ...spec, Role: "worker" }));
    await until(
      async () =>
        (await findNode(manager.docker, ghost.ID))?.ManagerStatus === undefined ? true : undefined,
      {
        seconds: seconds.demote,
        signal,
        late: () => `${ghost.Description.Hostname} is still counted as a manager`,
      },
    );
  }
  await manager.docker.getNode(ghost.ID).remove({ force: true });
}

async function reach(context: Context, member: Member): Promise<Connection> {
  try {
    return await context.connect(member);
  } catch (error) {
    throw new Error(
      `${member.machine} is not removed: its VM exists, but it cannot be asked whether it holds data (${messageOf(error)}). ` +
        `Bring it back, or destroy the VM in vCenter if its data may go, then run \`pulumi refresh\` and \`pulumi up\``,
      { cause: error },
    );
  }
}

async function refuseDataLoss(connection: Connection, member: Member): Promise<void> {
  if (member.ephemeralVolumes) return;
  const { Volumes } = (await connection.docker.listVolumes()) as unknown as {
    Volumes:
      | readonly {
          Name: string;
          Driver: string;
          Options?: Record<string, string> | null;
          Labels?: Record<string, string> | null;
        }[]
      | null;
  };
  const held = localData(
    (Volumes ?? []).map(({ Name, Driver, Options, Labels }): Volume => ({
      name: Name,
      driver: Driver,
      options: Options ?? {},
      labels: Labels ?? {},
    })),
  );
  if (held.length > 0) throw new Error(refusal(member.machine, held));
}
