import type { Context } from "../server/handler";
import type { SwarmNodeInputs, SwarmNodeOutputs } from "../sdk/shapes";
import type { Connection } from "../transport/types";
import { drain } from "./drain";
import { statusOf } from "./errors";
import { demote, removeGhost } from "./ghosts";
import { judgeLastManager } from "./lastManager";
import { swarmLock } from "./lock";
import { localState, Managers, NoManager } from "./managers";
import { deleteNode, findNode, listNodes, membersOf, type Node } from "./nodes";
import { until } from "../cluster/poll";
import { quorumObjection } from "./quorum";
import { reachLeaving, Removals } from "../cluster/removals";
import type { Service } from "./tasks";
import { dataOn, refusal } from "./volumes";

type Member = SwarmNodeInputs & SwarmNodeOutputs;

const seconds = { leave: 60, lost: 60, others: 900 } as const;
/** Between two looks at whether other nodes have gone, milliseconds. */
const pace = 2000;

const removals = new Removals();
const workersPace = { seconds: seconds.others, every: pace / 4 } as const;

/**
 * Takes a machine out of the Swarm: drained, demoted, left, removed. Refuses what would destroy a volume or
 * break quorum. Every step looks first, so that a run that was cut off is simply repeated.
 */
export function leave(context: Context, member: Member): Promise<void> {
  return removals.track(member.nodeId, member, async () => {
    const connection = await reachLeaving(context, member, "asked whether it holds data");
    if (connection !== undefined) await refuseDataLoss(connection, member);
    if (member.role === "manager")
      await removals.workersFirst(context, member, "manager", workersPace);
    if (connection === undefined) await removeUnreached(context, member);
    else await removeReached(context, member, connection);
  });
}

async function refuseDataLoss(connection: Connection, member: Member): Promise<void> {
  if (member.ephemeralVolumes) return;
  const held = await dataOn(connection.docker);
  if (held.length > 0) throw new Error(refusal(member.machine, held));
}

/** The Swarm's managers as seen by a node that leaves; `undefined` when there is no Swarm any more. */
async function managersFor(context: Context, member: Member): Promise<Managers | undefined> {
  const managers = new Managers(context, { clusterId: member.clusterId, avoid: member.nodeId });
  try {
    await managers.call(() => Promise.resolve());
    return managers;
  } catch (error) {
    if (error instanceof NoManager && error.allInactive) return undefined;
    throw error;
  }
}

async function removeReached(
  context: Context,
  member: Member,
  connection: Connection,
): Promise<void> {
  const { machine, nodeId } = member;
  let others: readonly string[] = [];
  await until(
    async () => {
      const managers = await managersFor(context, member);
      if (managers === undefined) {
        await leaveSwarm(context, connection, member);
        return true;
      }
      return swarmLock.hold(context, `removing ${machine}`, async (signal) => {
        const [node, manager] = [await findNode(managers, nodeId), await managers.one()];
        if (node === undefined) {
          await leaveSwarm(context, connection, member);
          return true;
        }
        const nodes = await listNodes(managers);
        if (manager.nodeId !== nodeId) {
          await retire(context, managers, member, node, nodes, connection, signal);
          return true;
        }
        const verdict = judgeLastManager(nodes, nodeId, (id) => removals.hasFailed(id));
        if (verdict.kind === "refuse") throw new Error(`${machine} stays: ${verdict.reason}`);
        if (verdict.kind === "leave") {
          await endSwarm(context, managers, connection, member);
          return true;
        }
        others = verdict.others;
        context.log.status(`${machine} is the last manager and waits for ${others.join(", ")}`);
        return undefined;
      });
    },
    {
      seconds: seconds.others,
      every: pace,
      signal: context.signal,
      late: () =>
        `${machine} stays: it is the only manager that answers, and ${others.join(", ")} are still in the Swarm. Remove them first, or bring another manager back`,
    },
  );
}

/** Drain, demote, leave, remove: the way of a node whose host answers. */
async function retire(
  context: Context,
  managers: Managers,
  member: Member,
  node: Node,
  nodes: readonly Node[],
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  const { machine } = member;
  const objection = quorumObjection(membersOf(nodes), node.ID);
  if (objection !== undefined) throw new Error(`${machine} is not removed: ${objection}`);
  await drain(context, managers, node.ID, machine, signal);
  if (node.Spec.Role === "manager") {
    await demote(managers, node.ID, signal);
    await until(async () => ((await localState(connection.docker)).isManager ? undefined : true), {
      seconds: seconds.leave,
      signal,
      late: () => `${machine}: was demoted, but calls itself a manager still`,
    });
  }
  await leaveSwarm(context, connection, member);
  await deleteNode(managers, node.ID);
}

/** The last manager: what the Swarm knows goes with it. */
async function endSwarm(
  context: Context,
  managers: Managers,
  connection: Connection,
  member: Member,
): Promise<void> {
  const services = await managers.call((docker) => docker.listServices() as Promise<Service[]>);
  if (services.length > 0)
    context.warn(
      `the Swarm ends, and with it services that were deployed on it: ${services.map(({ Spec }) => Spec.Name).join(", ")}`,
    );
  await leaveSwarm(context, connection, member);
}

/** Makes the host leave, if it is still the node that is to go, and sees that it has. */
async function leaveSwarm(
  context: Context,
  connection: Connection,
  { machine, nodeId }: Member,
): Promise<void> {
  const isMember = async () => {
    const local = await localState(connection.docker);
    return local.state !== "inactive" && (local.nodeId === nodeId || local.nodeId === "");
  };
  if (!(await isMember())) return;
  await context.critical(async () => {
    try {
      // Force: the last manager needs it, and one that was demoted may not have noticed yet.
      await connection.docker.swarmLeave({ force: true });
    } catch (error) {
      // 503: it is in no Swarm any more.
      if (statusOf(error) !== 503) throw error;
    }
  });
  await until(async () => ((await isMember()) ? undefined : true), {
    seconds: seconds.leave,
    signal: context.signal,
    late: () => `${machine}: was told to leave the Swarm, but is in it after ${seconds.leave} s`,
  });
}

/** A node whose host the inventory does not have any more. */
async function removeUnreached(context: Context, member: Member): Promise<void> {
  const { machine, nodeId } = member;
  const managers = await managersFor(context, member);
  if (managers === undefined) return;
  await swarmLock.hold(context, `removing ${machine}`, async (signal) => {
    // A VM that is gone falls silent within seconds.
    const node = await settledDown(managers, member, signal);
    if (node === undefined) return;
    if (node.Status.State !== "down") {
      await drain(context, managers, nodeId, machine, signal);
      context.warn(
        `${machine} (${member.hostname}) is no host of this cluster any more and was taken out of the Swarm. It keeps its volumes, and believes to be a member: run \`docker swarm leave --force\` on it`,
      );
    }
    await removeGhost(managers, nodeId, signal);
  });
}

/** The node, once it is down if its VM is confirmed gone; existing hosts may live on. */
async function settledDown(
  managers: Managers,
  { machine, nodeId, vmUuid }: Member,
  signal: AbortSignal,
): Promise<Node | undefined> {
  if (vmUuid === undefined) return findNode(managers, nodeId);
  const settled = await until(
    async () => {
      const node = await findNode(managers, nodeId);
      return node === undefined || node.Status.State === "down" ? { node } : undefined;
    },
    {
      seconds: seconds.lost,
      signal,
      late: () =>
        `${machine} is not removed: its VM is gone, but the Swarm hears from node ${nodeId} still`,
    },
  );
  return settled.node;
}
