/** What the programs of logging may use: MiB, and CPUs. */

export const gatewayNeeds = { memory: { limit: 128, reserved: 32 }, cpus: 1 } as const;
export const keeperNeeds = { memory: { limit: 64, reserved: 8 }, cpus: 0.25 } as const;

/** @param most CPUs of the machine */
export function storeNeeds(memoryMiB: number, most: number) {
  return {
    memory: { limit: memoryMiB, reserved: Math.floor(memoryMiB / 2) },
    cpus: Math.min(2, most),
  };
}
