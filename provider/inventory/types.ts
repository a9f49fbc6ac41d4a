import type { MachineRef, MachineRole } from "../sdk/shapes";

/** Where a machine is reached and how it proves itself, looked up now. */
export interface Endpoint {
  readonly machine: string;
  readonly role: MachineRole;
  readonly vmUuid?: string;
  readonly address: string;
  /** Expected fingerprint; absent only where the user allowed trust on first use for this host. */
  readonly hostKey?: string;
}

/** A machine that exists and cannot be asked. */
export interface DormantMachine {
  readonly machine: string;
  readonly role: MachineRole;
  /** Why, and what to do about it. */
  readonly reason: string;
}

/** Whether a machine exists, as its source confirms it: an unreachable source is an error, never "absent". */
export type Existence = "present" | "absent";

/** The address book of one cluster. */
export interface Inventory {
  /** Waits until the machine has an address and has published its host key, or the time is over. */
  resolve(ref: MachineRef, timeoutSeconds?: number, signal?: AbortSignal): Promise<Endpoint>;
  /** Those that decide (managers, control planes) and can be asked now: powered on and with an address. */
  managers(): Promise<readonly Endpoint[]>;
  /** All machines of the cluster, of all generations, that are powered on and have an address. */
  machines(): Promise<readonly Endpoint[]>;
  /** Machines that exist and are not among `machines()`: powered off, or without an address or a host key. */
  dormant(): Promise<readonly DormantMachine[]>;
  existence(ref: MachineRef): Promise<Existence>;
}
