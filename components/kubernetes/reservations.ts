import type { KubeletReservations } from "../../provider/sdk";
import type { NodeReservations } from "../spec";

/** What pods may not have of a node, in the kubelet's words. */
export function kubeletReservations({
  system,
  kube,
  evictionMemoryMiB,
}: NodeReservations): KubeletReservations {
  return {
    systemReserved: quantities(system),
    kubeReserved: quantities(kube),
    evictionHard: { "memory.available": `${evictionMemoryMiB}Mi` },
  };
}

function quantities({ cpu, memoryMiB }: NodeReservations["system"]): Record<string, string> {
  return { cpu, memory: `${memoryMiB}Mi` };
}
