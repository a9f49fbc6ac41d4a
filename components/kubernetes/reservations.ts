import type { KubeletReservations } from "../../provider/sdk";
import type { KubernetesNodePoolSpec, NodeReservations } from "../spec";

/** Parts of the disk at which the kubelet begins to evict pods: as it has them itself. */
const freeDisk = { "nodefs.available": 0.1, "imagefs.available": 0.15 } as const;

/**
 * What pods may not have of a node, in the kubelet's words. Free disk is named in MiB of the disk that the machine was
 * asked for: percents would be of the file system under it, which may be a larger one that others fill.
 */
export function kubeletReservations({
  reserved: { system, kube, evictionMemoryMiB },
  diskGiB,
}: Pick<KubernetesNodePoolSpec, "reserved" | "diskGiB">): KubeletReservations {
  const disk = Object.entries(freeDisk).map(
    ([signal, part]) => [signal, `${Math.round(diskGiB * 1024 * part)}Mi`] as const,
  );
  return {
    systemReserved: quantities(system),
    kubeReserved: quantities(kube),
    evictionHard: { "memory.available": `${evictionMemoryMiB}Mi`, ...Object.fromEntries(disk) },
  };
}

function quantities({ cpu, memoryMiB }: NodeReservations["system"]): Record<string, string> {
  return { cpu, memory: `${memoryMiB}Mi` };
}
