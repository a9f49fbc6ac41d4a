import { createHash } from "node:crypto";
import type { NodePoolSpec, OsSpec, VsphereSpec } from "../spec";
import type { VsphereObjects } from "./lookUp";
import type { MachineSize } from "./machine";

/**
 * Everything that a VM is made from, field by field. When a field changes, machines that run already are stale in it
 * until they are rolled. Names of the fields are shown to users. A machine's own address is no part of it: it changes
 * from generation to generation of a machine whose pool has a spare.
 *
 * @param diskUuid machines see which disk is which (`VirtualMachineArgs`).
 */
export function definition(
  pool: NodePoolSpec,
  clone: VsphereSpec["clone"],
  objects: VsphereObjects,
  os: Pick<OsSpec, "dns" | "searchDomains">,
  userData: string,
  diskUuid = false,
): Readonly<Record<string, string>> {
  const { template, networkId, resourcePoolId, datastoreId, datastoreClusterId } = objects;
  return {
    template: template.uuid,
    clone,
    numCpus: String(pool.numCpus),
    memoryMiB: String(pool.memoryMiB),
    diskGiB: String(pool.diskGiB),
    ...(pool.dataDiskGiB !== undefined && {
      dataDiskGiB: String(pool.dataDiskGiB),
      keepDataDisk: String(pool.keepDataDisk),
    }),
    ...(diskUuid && { diskUuid: String(diskUuid) }),
    resourcePool: resourcePoolId,
    datastore: datastoreId ?? datastoreClusterId ?? "",
    network: networkId,
    networkSettings: hash([
      pool.network?.prefixLength,
      pool.network?.gateway,
      os.dns,
      os.searchDomains,
    ]),
    cloudInit: hash(userData),
  };
}

/**
 * The size of a machine that was made from a definition. Half of its disk has to be free: the rest is for the system
 * and for what lies in images already.
 */
export function sizeOf({
  numCpus,
  memoryMiB,
  diskGiB,
}: Readonly<Record<string, string>>): MachineSize {
  return {
    numCpus: Number(numCpus),
    memoryMiB: Number(memoryMiB),
    freeDiskGiB: Math.floor(Number(diskGiB) / 2),
  };
}

/** Short enough to read in a diff, long enough not to meet by chance. */
function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
