import type { Context } from "../../server/handler";
import { until } from "../../cluster/poll";
import type { VolumeAttachment } from "../api/objects";
import type { ControlPlanes } from "../controlPlanes";

/** How long storage may take to detach what the drained pods had mounted, seconds. */
const detachSeconds = 300;
/** Between two looks, milliseconds. */
const pace = 2000;

/** Names of the volumes that are attached to a node, in order. */
function attachedTo(attachments: readonly VolumeAttachment[], nodeName: string): readonly string[] {
  return attachments
    .filter(({ spec }) => spec.nodeName === nodeName)
    .map(({ spec, metadata }) => spec.source.persistentVolumeName ?? metadata.name)
    .sort();
}

/**
 * Waits until no network volume (vSphere CSI, say) is attached to a drained node: a VM that is deleted earlier is deleted
 * with a disk in it that belongs to an application.
 * @throws naming the volumes that stay; the node stays closed for pods, so that the next run goes on here.
 */
export async function volumesDetached(
  context: Context,
  cluster: ControlPlanes,
  nodeName: string,
  machine: string,
  signal: AbortSignal,
): Promise<void> {
  let held: readonly string[] = [];
  await until(
    async () => {
      held = attachedTo(
        await cluster.call((kubectl) => kubectl.list<VolumeAttachment>("volumeattachments")),
        nodeName,
      );
      if (held.length === 0) return true;
      context.log.status(`${machine}: waiting for ${held.length} volumes to be detached`);
      return undefined;
    },
    {
      seconds: detachSeconds,
      every: pace,
      signal,
      late: () =>
        `${machine} stays, drained and closed for pods: after ${detachSeconds} s ${held.join(", ")} ${held.length === 1 ? "is" : "are"} still attached to it. ` +
        "Look at `kubectl describe volumeattachment` and at the log of the storage driver's controller, then run again",
    },
  );
}
