import type { NodeRole } from "./types";

/** What kubeadm's own preflight asks of a control plane. */
export const smallestControlPlane = { numCpus: 2, memoryMiB: 1700 } as const;

/** The least that an existing host must have where its pool does not say. */
export function smallestHost(role: NodeRole): {
  readonly numCpus: number;
  readonly memoryMiB: number;
  readonly diskGiB: number;
} {
  const least = { numCpus: 1, memoryMiB: 1024, diskGiB: 8 };
  return role === "controlPlane" ? { ...least, ...smallestControlPlane } : least;
}
