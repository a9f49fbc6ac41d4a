import type { NodePoolSpec, VsphereSpec } from "../spec";
import type { Template } from "./lookUp";

/** What keeps the template from being cloned for these pools; empty when it fits. */
export function templateProblems(
  spec: Pick<VsphereSpec, "template" | "clone">,
  template: Template,
  nodePools: Readonly<Record<string, NodePoolSpec>>,
): readonly string[] {
  const name = `vSphere: template ${JSON.stringify(spec.template)}`;
  const [address] = template.addresses;
  if (address !== undefined) {
    return [
      `${name} is a VM that runs (it reports the address ${address}); name a template, or a VM that is shut down, in vsphere.template`,
    ];
  }
  const [disk, ...others] = template.disks;
  if (disk === undefined) {
    return [
      `${name} has no disk on a SCSI controller; make it with its one disk there, not on SATA, IDE or NVMe`,
    ];
  }
  if (others.length > 0) {
    return [
      `${name} has ${template.disks.length} disks; the standard template has exactly one, data disks come from dataDiskGiB`,
    ];
  }
  return Object.entries(nodePools).flatMap(([pool, { diskGiB }]) => {
    const at = `nodePools.${pool}.diskGiB`;
    if (diskGiB < disk.size) {
      return [
        `${name} has a disk of ${disk.size} GiB; ${at} is ${diskGiB}, make it at least ${disk.size}`,
      ];
    }
    if (spec.clone === "linked" && diskGiB !== disk.size) {
      return [
        `${name} has a disk of ${disk.size} GiB, which linked clones share; ${at} is ${diskGiB}, make it ${disk.size}, or set vsphere.clone to full`,
      ];
    }
    return [];
  });
}
