import type { Context } from "../server/handler";
import { swarmLock } from "./lock";
import type { Managers } from "./managers";
import {
  deleteNode,
  findNode,
  listNodes,
  machineLabel,
  membersOf,
  updateNode,
  vmLabel,
  type Node,
} from "./nodes";
import { until } from "../cluster/poll";
import { quorumObjection } from "./quorum";

const demoteSeconds = 60;

/** A node that is down, and what has to be asked before it may be called a ghost. */
export interface Suspect {
  readonly node: Node;
  readonly machine: string;
  /** VM whose absence has to be confirmed; without one the node is a ghost for sure. */
  readonly vmUuid?: string;
}

/** Who has just joined. */
export interface Joined {
  readonly nodeId: string;
  readonly machine: string;
  readonly vmUuid?: string;
  readonly hostname: string;
}

/**
 * Nodes that nobody may ever see again. A host is one node only: whatever else bears the VM, the machine
 * or the name of one that has just joined is what it was before. Nodes of other VMs are ghosts once the
 * VM is gone.
 */
export function suspects(nodes: readonly Node[], joined: Joined): Suspect[] {
  return nodes.flatMap((node): Suspect[] => {
    if (node.ID === joined.nodeId || node.Status.State !== "down") return [];
    const { [machineLabel]: machine, [vmLabel]: vmUuid } = node.Spec.Labels;
    if (machine === undefined)
      // A join that was cut off before the node got its labels.
      return node.Description.Hostname === joined.hostname
        ? [{ node, machine: joined.machine }]
        : [];
    if (vmUuid !== undefined)
      return vmUuid === joined.vmUuid ? [{ node, machine }] : [{ node, machine, vmUuid }];
    return machine === joined.machine ? [{ node, machine }] : [];
  });
}

/** Removes what is left in the Swarm of machines that are no more. */
export async function removeGhosts(
  context: Context,
  managers: Managers,
  joined: Joined,
): Promise<void> {
  for (const { node, machine, vmUuid } of suspects(await listNodes(managers), joined)) {
    if (
      vmUuid !== undefined &&
      (await context.inventory.existence({ machine, vmUuid })) === "present"
    )
      continue;
    await swarmLock.hold(context, `removing the ghost of ${machine}`, (signal) =>
      removeGhost(managers, node.ID, signal),
    );
  }
}

/** Removes a node whose host does not exist any more. A dead manager counts against quorum until it is none. */
export async function removeGhost(
  managers: Managers,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const ghost = await findNode(managers, id);
  if (ghost === undefined) return;
  const { Hostname } = ghost.Description;
  if (ghost.Spec.Role === "manager") {
    const objection = quorumObjection(membersOf(await listNodes(managers)), id);
    if (objection !== undefined)
      throw new Error(`${Hostname} is gone, but stays in the Swarm for now: ${objection}`);
    await demote(managers, id, signal);
  }
  await deleteNode(managers, id);
}

/** Makes a manager a worker, and waits until Raft does not count it any more. */
export async function demote(managers: Managers, id: string, signal: AbortSignal): Promise<void> {
  await updateNode(managers, id, (spec) => ({ ...spec, Role: "worker" }));
  await until(
    async () => {
      const node = await findNode(managers, id);
      return node?.ManagerStatus === undefined ? true : undefined;
    },
    {
      seconds: demoteSeconds,
      signal,
      late: () => `node ${id} is still counted as a manager ${demoteSeconds} s after its demotion`,
    },
  );
}
