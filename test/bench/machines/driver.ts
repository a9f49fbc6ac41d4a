import type { Usage } from "../support/measure";

/** The steps that are measured, in their order; `up-alone` begins with nothing again. */
export const steps = [
  /** Of machines that do not exist yet. */
  "preview",
  /** As a user types it: with the preview before it. */
  "up",
  /** A preview that finds nothing to do. */
  "unchanged-preview",
  /** An `up` that finds nothing to do. */
  "unchanged",
  "destroy",
  /** Without the preview before it, as a pipeline runs what was previewed before. */
  "up-alone",
] as const;
export type Step = (typeof steps)[number];

/** One of the two that stand the same machines up. */
export interface Driver {
  /** What its VMs' names begin with. */
  readonly prefix: string;
  /** Carries a step out and says what it took. */
  run(step: Step): Promise<Usage>;
}

/** What both of them make. */
export const machine = {
  datacenter: "DC0",
  computeCluster: "DC0_C0",
  datastore: "LocalDS_0",
  network: "VM Network",
  folder: "slipway/lab",
  template: "debian-12",
  numCpus: 1,
  memoryMiB: 1024,
  diskGiB: 8,
} as const;

/** Login user that cloud-init makes on them. */
export const user = "ops";
