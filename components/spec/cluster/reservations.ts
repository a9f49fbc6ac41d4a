import type { ReservedFile } from "./file";
import type { NodeReservations, Reservation } from "./kubernetesSpec";

interface Size {
  readonly numCpus: number;
  readonly memoryMiB: number;
}

/**
 * What pods may not have of a machine of this size: as the file says, the rest by its size. A machine of 4 GiB keeps
 * 256 MiB for its system and as much for kubelet and containerd, an eighth in all; large ones keep at most 2 GiB.
 */
export function reservations(size: Size, written: ReservedFile): NodeReservations {
  const fitting: Reservation = {
    cpu: `${between(100, 100 + 10 * (size.numCpus - 4), 500)}m`,
    memoryMiB: between(128, Math.floor(size.memoryMiB / 16), 1024),
  };
  return {
    system: { ...fitting, ...written.system },
    kube: { ...fitting, ...written.kube },
    evictionMemoryMiB: written.evictionMemoryMiB,
  };
}

/** Thousandths of a core that a quantity such as `100m` or `0.5` stands for. */
export function milliCpus(quantity: string): number {
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000;
}

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
