import { createHash } from "node:crypto";
import type { VsphereSpec } from "../spec";
import type { Machine } from "./machine";

/**
 * What a machine is made from, field by field. A field that differs from what the running VM was
 * made from makes the machine stale; its name is what people read, so it is the spec's own.
 */
export function definitionOf(
  machine: Machine,
  vsphere: VsphereSpec,
  template: { readonly uuid: string },
  userData: string,
): Record<string, string> {
  const { pool } = machine;
  return {
    template: `${vsphere.template} ${template.uuid}`,
    clone: vsphere.clone,
    networkName: vsphere.network,
    numCpus: String(pool.numCpus),
    memoryMiB: String(pool.memoryMiB),
    diskGiB: String(pool.diskGiB),
    dataDiskGiB: String(pool.dataDiskGiB ?? 0),
    network: pool.network ? `${pool.network.gateway}/${pool.network.prefixLength}` : "dhcp",
    cloudInit: createHash("sha256").update(userData).digest("hex").slice(0, 16),
  };
}
