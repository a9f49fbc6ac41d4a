import type { MachineState } from "../machines";

/** Where the next generation of a machine gets its address from. */
export type AddressChoice =
  | { readonly kind: "dhcp" }
  /** A static address that no machine uses: the new machine starts before the old one goes. */
  | { readonly kind: "free"; readonly address: string }
  /** All static addresses are in use: the old machine must go first, and its address is used again. */
  | { readonly kind: "reused"; readonly address: string };

/**
 * Chooses the static address for the next generation of a machine.
 * @param addresses static addresses of its pool, in the order of the file; `undefined` with DHCP
 * @param pool all machines of the pool, the one to be replaced among them
 */
export function chooseAddress(
  machine: MachineState,
  addresses: readonly string[] | undefined,
  pool: readonly MachineState[],
): AddressChoice {
  if (addresses === undefined) return { kind: "dhcp" };
  const used = new Set(pool.flatMap(addressesInUse));
  const free = addresses.find((address) => !used.has(address));
  if (free !== undefined) return { kind: "free", address: free };
  const own = addressesInUse(machine).find((address) => addresses.includes(address));
  if (own !== undefined) return { kind: "reused", address: own };
  throw new Error(
    `${machine.name}: every address of pool ${machine.pool} is in use by another machine: add one to nodePools.${machine.pool}.network.addresses`,
  );
}

/**
 * Addresses that a machine holds. Where the roll of a machine ended before its new VM was made, its record
 * names an address that nobody uses yet, and its host the one that is used.
 */
function addressesInUse(machine: MachineState): readonly string[] {
  const recorded = isHalfRolled(machine) ? undefined : machine.currentAddress;
  return [machine.hostAddress, recorded].filter((address) => address !== undefined);
}

/** Its record has moved on to the next generation, and its VM is still of the one before. */
export function isHalfRolled(machine: MachineState): boolean {
  return machine.vm !== undefined && machine.vm.name !== machine.vmName;
}
