import type { Context } from "../../server/handler";
import type { Node } from "../api/objects";
import type { ControlPlane, ControlPlanes } from "../controlPlanes";
import { listMembers, ownEtcdPod } from "../etcd/members";
import { deleteNode } from "../node/ghosts";
import { changeNode, isControlPlane, listNodes, machineLabel, poolLabel, vmLabel } from "../nodes";

/** Why a node of an older state is none of the cluster any more. */
export type Verdict = "stays" | "goes" | "ask";

/**
 * What becomes of a node that the snapshot has. Control planes were all lost: what is one and has no member of etcd does
 * not exist. A worker is asked for by its machine (`ask`); nodes that are not Slipway's stay.
 */
export function judgeNode(
  node: Node,
  { own, members }: { readonly own: string; readonly members: ReadonlySet<string> },
): Verdict {
  const { name, labels } = node.metadata;
  if (name === own) return "stays";
  if (isControlPlane(node)) return members.has(name) ? "stays" : "goes";
  return labels?.[machineLabel] === undefined ? "stays" : "ask";
}

/**
 * Deletes nodes whose machines are no more, and the pods that seem to run there. At once, and whatever the snapshot says of
 * their health: a node that seems to be well would keep a new machine of its name out, and an etcd pod be asked in vain.
 */
export async function dropLostNodes(
  context: Context,
  cluster: ControlPlanes,
  own: string,
): Promise<readonly string[]> {
  const listed = await cluster.callAt(async (at) => listMembers(at.kubectl, await ownEtcdPod(at)));
  const members = new Set(listed.map(({ name }) => name));
  const dropped: string[] = [];
  for (const node of await listNodes(cluster)) {
    const { name, labels = {} } = node.metadata;
    const verdict = judgeNode(node, { own, members });
    if (verdict === "stays") continue;
    const { [machineLabel]: machine = "", [vmLabel]: vmUuid } = labels;
    if (verdict === "ask" && (await context.inventory.existence({ machine, vmUuid })) === "present")
      continue;
    await deletePods(cluster, name);
    await deleteNode(cluster, name);
    dropped.push(name);
  }
  return dropped;
}

/** Of a node whose kubelet will never say that they have ended. */
async function deletePods(cluster: ControlPlanes, node: string): Promise<void> {
  await cluster.call((kubectl) =>
    kubectl.run(
      `deleting the pods of ${node}`,
      [
        "delete",
        "pods",
        "--all-namespaces",
        `--field-selector=spec.nodeName=${node}`,
        "--grace-period=0",
        "--force",
        "--wait=false",
      ],
      { timeoutSeconds: 120 },
    ),
  );
}

/**
 * The node of the restored control plane bears the name of the one that was lost, and its identity. Without that it
 * counts as one that has just joined, and the next update takes it over.
 */
export async function disownFormer(
  cluster: ControlPlanes,
  { nodeName, endpoint }: ControlPlane,
): Promise<void> {
  const vm = endpoint.vmUuid?.toLowerCase();
  await changeNode(cluster, nodeName, ({ metadata }) => {
    const former = metadata.labels?.[vmLabel]?.toLowerCase();
    if (former === undefined || former === vm) return undefined;
    return { metadata: { labels: { [vmLabel]: null, [machineLabel]: null, [poolLabel]: null } } };
  });
}
