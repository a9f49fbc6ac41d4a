import type { Context } from "../../server/handler";
import type { Node } from "../api/objects";
import type { ControlPlanes } from "../controlPlanes";
import { dropMembers, etcdMembers } from "../etcd/cluster";
import { removalObjection } from "../etcd/quorum";
import { findNode, isControlPlane, isReady, listNodes, machineLabel, vmLabel } from "../nodes";

/** A node that nobody hears from, and what has to be asked before it may be called a ghost. */
export interface Suspect {
  readonly node: Node;
  /** The absence of its VM has to be confirmed; otherwise it is a ghost for sure. */
  readonly needsProof: boolean;
}

/** Who joins or has joined. */
export interface Joining {
  readonly nodeName: string;
  readonly machine: string;
  readonly vmUuid?: string;
}

/**
 * Nodes that nobody may ever see again: whatever else bears the VM or the machine of one that joins is what it was
 * before. Nodes of other VMs are ghosts once the VM is gone. A node that is ready is no ghost.
 */
export function suspects(nodes: readonly Node[], joining: Joining): Suspect[] {
  return nodes.flatMap((node): Suspect[] => {
    if (node.metadata.name === joining.nodeName || isReady(node)) return [];
    const { [machineLabel]: machine, [vmLabel]: vmUuid } = node.metadata.labels ?? {};
    if (machine === undefined) return [];
    if (vmUuid !== undefined) return [{ node, needsProof: vmUuid !== joining.vmUuid }];
    return machine === joining.machine ? [{ node, needsProof: false }] : [];
  });
}

/** What is left in the cluster of machines that are no more, as their source confirms it. */
export async function findGhosts(
  context: Context,
  cluster: ControlPlanes,
  joining: Joining,
): Promise<readonly string[]> {
  const found = suspects(await listNodes(cluster), joining);
  const gone = await Promise.all(
    found.map(async ({ node, needsProof }) =>
      !needsProof || (await isGone(context, node)) ? [node.metadata.name] : [],
    ),
  );
  return gone.flat();
}

/** Whether the VM that a node names is confirmed to be no more: such a node is `Ready` for the better part of a minute still. */
export async function isGone(context: Context, { metadata }: Node): Promise<boolean> {
  const { [machineLabel]: machine, [vmLabel]: vmUuid } = metadata.labels ?? {};
  if (machine === undefined || vmUuid === undefined) return false;
  return (await context.inventory.existence({ machine, vmUuid })) === "absent";
}

/** Removes a node whose host does not exist any more. Under the lock: a dead control plane counts against etcd's quorum until it is none. */
export async function removeGhost(cluster: ControlPlanes, name: string): Promise<void> {
  const ghost = await findNode(cluster, name);
  if (ghost === undefined) return;
  if (isControlPlane(ghost)) {
    const objection = removalObjection(await etcdMembers(cluster, name), name);
    if (objection !== undefined)
      throw new Error(`${name} is gone, but stays in the cluster for now: ${objection}`);
    await dropMembers(cluster, (member) => member.name === name, name);
  }
  await deleteNode(cluster, name);
}

/** Deletes a node of which is known that it has left or will never come back. One that is gone already is well. */
export async function deleteNode(cluster: ControlPlanes, name: string): Promise<void> {
  await cluster.call((kubectl) => kubectl.remove("node", name));
}
