import type { Usage } from "../support/measure";

/** The steps that are measured, in their order. */
export const steps = ["preview", "up", "unchanged", "destroy"] as const;
export type Step = (typeof steps)[number];

/** One of the two that stand the same machines up. */
export interface Driver {
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
