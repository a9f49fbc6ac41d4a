import type { ControlPlanes } from "../controlPlanes";
import { etcdPod, listMembers, removeMember, type Member } from "./members";

/** The cluster's etcd members with their health, seen from another node than `avoidNode` where there is one. */
export function etcdMembers(
  cluster: ControlPlanes,
  avoidNode?: string,
): Promise<readonly Member[]> {
  return cluster.callAt(async (at) => listMembers(at.kubectl, await etcdPod(at, avoidNode)));
}

/** Takes the members of a node (or of one that never started, by its address) out of etcd, and sees that they are gone. */
export async function dropMembers(
  cluster: ControlPlanes,
  isOut: (member: Member) => boolean,
  node: string,
): Promise<void> {
  await cluster.callAt(async (at) => {
    const { kubectl } = at;
    const pod = await etcdPod(at, node);
    if (pod === `etcd-${node}`)
      throw new Error(
        `${node} is the only control plane whose etcd answers: it can't remove itself`,
      );
    for (const { id } of (await listMembers(kubectl, pod)).filter(isOut))
      await removeMember(kubectl, pod, id);
    const left = (await listMembers(kubectl, pod)).filter(isOut);
    if (left.length > 0) throw new Error(`${node} is a member of etcd still after its removal`);
  });
}
