import type { KubeletReservations } from "../../sdk/kubernetesShapes";
import { cgroupDriver, type NodeFacts } from "../nodeFacts";

const api = { apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration" } as const;

/**
 * The kubelet's own thresholds: naming one of them drops the others, so they are named with it.
 * Source: https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#hard-eviction-thresholds
 */
const evictionDefaults = {
  "memory.available": "100Mi",
  "nodefs.available": "10%",
  "nodefs.inodesFree": "5%",
  "imagefs.available": "15%",
  "imagefs.inodesFree": "5%",
} as const;

function reserved({ systemReserved, kubeReserved, evictionHard }: KubeletReservations) {
  return { systemReserved, kubeReserved, evictionHard: { ...evictionDefaults, ...evictionHard } };
}

/** `KubeletConfiguration` that all nodes share. */
export function kubeletConfiguration(
  reservations: KubeletReservations,
): Readonly<Record<string, unknown>> {
  return { ...api, cgroupDriver: "systemd", ...reserved(reservations) };
}

/** What is particular to one node, laid over the shared configuration by kubeadm whenever it writes it. */
export function kubeletPatch(
  reservations: KubeletReservations,
  facts: NodeFacts,
): Readonly<Record<string, unknown>> {
  return {
    ...api,
    cgroupDriver: cgroupDriver(facts),
    // Of age, and refused by kubelets from 1.35 on unless it is asked for: a fact of the host.
    ...(facts.cgroupVersion === 1 && { failCgroupV1: false }),
    ...reserved(reservations),
  };
}
