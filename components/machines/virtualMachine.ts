import type * as pulumi from "@pulumi/pulumi";
import type * as vsphere from "@pulumi/vsphere";
import type { NodePoolSpec, VsphereSpec } from "../spec";
import type { VsphereObjects } from "./lookUp";

/**
 * Inputs of a VM that would replace or restart it, or that its generation stands for: a plain `up` leaves them as they
 * are on a running machine, only a roll of that machine applies them. `folder` and `tags` are not among them, as they
 * change without touching the guest.
 */
export const inputsOfGeneration: readonly (keyof vsphere.VirtualMachineArgs)[] = [
  "name",
  "clone",
  "extraConfig",
  "enableDiskUuid",
  "numCpus",
  "memory",
  "disks",
  "networkInterfaces",
  "resourcePoolId",
  "datastoreId",
  "datastoreClusterId",
  "guestId",
  "scsiType",
  "firmware",
];

/**
 * The provider's defaults within inputs that are ignored as a whole. Given by name, because the engine hands such an
 * input back to the provider with its defaults filled in: the provider would then record them as given, and the first
 * `up` after a machine's creation would write the whole state once for each machine.
 */
const provided = {
  clone: { timeout: 30 },
  disk: {
    controllerType: "scsi",
    diskMode: "persistent",
    diskSharing: "sharingNone",
    ioLimit: -1,
    ioShareLevel: "normal",
  },
  networkInterface: { bandwidthLimit: -1, bandwidthShareLevel: "normal" },
} as const;

export interface VirtualMachineArgs {
  readonly pool: NodePoolSpec;
  readonly clone: VsphereSpec["clone"];
  readonly objects: VsphereObjects;
  readonly name: pulumi.Input<string>;
  readonly extraConfig: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * The guest sees the UUID of each disk (`disk.EnableUUID`), by which vSphere's CSI driver finds the volume that it has
   * just attached. Default false, as vSphere's own.
   */
  readonly diskUuid?: boolean;
}

/**
 * The VM of one machine: a clone of the template with the pool's size. Firmware, controller and guest are the
 * template's, as a clone with others would not start; the hardware version stays untouched. Nothing waits for its
 * network here: the Host resource does, and a machine without an address is then no half-made VM to be replaced.
 */
export function virtualMachine(args: VirtualMachineArgs): vsphere.VirtualMachineArgs {
  const { pool, clone, objects, name, extraConfig, diskUuid = false } = args;
  const { template, datastoreId, datastoreClusterId, tagIds } = objects;
  const format = {
    ...provided.disk,
    thinProvisioned: template.disks[0]?.thinProvisioned ?? true,
    eagerlyScrub: template.disks[0]?.eagerlyScrub ?? false,
  };
  return {
    name,
    folder: objects.folder,
    resourcePoolId: objects.resourcePoolId,
    ...(datastoreId !== undefined && { datastoreId }),
    ...(datastoreClusterId !== undefined && { datastoreClusterId }),
    numCpus: pool.numCpus,
    memory: pool.memoryMiB,
    guestId: template.guestId,
    scsiType: template.scsiType,
    ...(template.firmware && { firmware: template.firmware }),
    networkInterfaces: [
      {
        ...provided.networkInterface,
        networkId: objects.networkId,
        ...(template.adapterType !== undefined && { adapterType: template.adapterType }),
      },
    ],
    disks: [
      { label: "disk0", unitNumber: 0, size: pool.diskGiB, ...format },
      ...(pool.dataDiskGiB === undefined
        ? []
        : [
            {
              label: "data",
              unitNumber: 1,
              size: pool.dataDiskGiB,
              ...format,
              keepOnRemove: pool.keepDataDisk,
            },
          ]),
    ],
    clone: {
      ...provided.clone,
      templateUuid: template.uuid,
      ...(clone === "linked" && { linkedClone: true }),
    },
    extraConfig,
    ...(diskUuid && { enableDiskUuid: true }),
    ...(tagIds.length > 0 && { tags: [...tagIds] }),
    waitForGuestNetTimeout: 0,
    waitForGuestIpTimeout: 0,
  };
}
