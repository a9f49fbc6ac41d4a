import * as pulumi from "@pulumi/pulumi";
import * as vsphere from "@pulumi/vsphere";
import { MachineGeneration, guestinfo } from "../../provider/sdk";
import type { ClusterSpec, VsphereSpec } from "../spec";
import { renderMetaData, renderUserData } from "./cloudInit";
import { definitionOf } from "./definition";
import type { Inventory } from "./lookups";
import type { Machine } from "./machine";
import type { Roll } from "./roll";

/**
 * Properties by which a change would replace or reboot a running machine. A plain `up` leaves them
 * alone and the machine's generation says that it is stale; only a roll lets them through.
 */
export const shapeProperties = [
  "name",
  "numCpus",
  "memory",
  "disks",
  "clone",
  "extraConfig",
  "guestId",
  "scsiType",
  "firmware",
  "networkInterfaces",
] as const;

/** A machine that was asked for and the VM that stands for it. */
export interface VsphereMachine {
  readonly machine: Machine;
  readonly vmUuid: pulumi.Output<string>;
  readonly staleFields: pulumi.Output<string[]>;
  readonly vm: vsphere.VirtualMachine;
}

export interface VsphereMachinesArgs {
  readonly spec: ClusterSpec;
  readonly vsphere: VsphereSpec;
  readonly machines: readonly Machine[];
  readonly inventory: Inventory;
  /** `<project>/<stack>`: the identity that every VM carries. */
  readonly cluster: string;
  /** OpenSSH public key of the login user. */
  readonly publicKey: string;
  /** The machine that this run may replace. */
  readonly roll?: Roll;
}

/** All machines of a cluster on vSphere: one VM per machine, one DRS rule per pool that asks for distinct hosts. */
export class VsphereMachines extends pulumi.ComponentResource {
  readonly machines: readonly VsphereMachine[];

  constructor(name: string, args: VsphereMachinesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:machines:VsphereMachines", name, {}, opts);
    const userData = new Map<string, string>();
    for (const [poolName, pool] of Object.entries(args.spec.nodePools)) {
      userData.set(
        poolName,
        renderUserData({
          user: args.spec.access.user,
          publicKey: args.publicKey,
          os: args.spec.os,
          dataDisk: pool.dataDiskGiB !== undefined,
        }),
      );
    }
    this.machines = args.machines.map((machine) =>
      this.addMachine(machine, userData.get(machine.poolName) ?? "", args),
    );
    this.addAntiAffinity(name, args);
    this.registerOutputs({});
  }

  private addMachine(
    machine: Machine,
    userData: string,
    args: VsphereMachinesArgs,
  ): VsphereMachine {
    const { pool } = machine;
    const { template } = args.inventory;
    const rolled = args.roll?.machine === machine.name ? args.roll : undefined;
    const prefix = `${args.spec.name}-${machine.name}`;
    const generation = new MachineGeneration(
      prefix,
      {
        machine: machine.name,
        prefix,
        definition: definitionOf(machine, args.vsphere, template, userData),
        replace: pool.replace,
        address: machine.address,
        roll: rolled?.token,
        rollAddress: rolled?.address,
      },
      { parent: this },
    );
    const metaData = pulumi
      .all([generation.vmName, generation.currentAddress])
      .apply(([hostname, address]) =>
        base64(
          renderMetaData({
            hostname,
            os: args.spec.os,
            static:
              address !== undefined && pool.network
                ? { address, network: pool.network }
                : undefined,
          }),
        ),
      );
    const vm = new vsphere.VirtualMachine(
      prefix,
      {
        name: generation.vmName,
        resourcePoolId: args.inventory.resourcePoolId,
        datastoreId: args.inventory.datastoreId,
        datastoreClusterId: args.inventory.datastoreClusterId,
        folder: args.inventory.folder,
        tags: args.inventory.tagIds.length > 0 ? [...args.inventory.tagIds] : undefined,
        numCpus: pool.numCpus,
        memory: pool.memoryMiB,
        guestId: template.guestId,
        scsiType: template.scsiType,
        firmware: template.firmware,
        networkInterfaces: [
          { networkId: args.inventory.networkId, adapterType: template.networkInterfaceTypes[0] },
        ],
        disks: disksOf(machine, template),
        clone: { templateUuid: template.id, linkedClone: args.vsphere.clone === "linked" },
        extraConfig: {
          "guestinfo.metadata": metaData,
          "guestinfo.metadata.encoding": "base64",
          "guestinfo.userdata": base64(userData),
          "guestinfo.userdata.encoding": "base64",
          [guestinfo.cluster]: args.cluster,
          [guestinfo.machine]: machine.name,
          [guestinfo.role]: pool.role,
        },
        waitForGuestNetTimeout: 5,
      },
      { parent: this, ignoreChanges: rolled ? [] : [...shapeProperties] },
    );
    return { machine, vmUuid: vm.uuid, staleFields: generation.staleFields, vm };
  }

  /** The rule is soft: with fewer hosts than machines DRS places them as well as it can. */
  private addAntiAffinity(name: string, args: VsphereMachinesArgs): void {
    for (const [poolName, pool] of Object.entries(args.spec.nodePools)) {
      const vms = this.machines.filter(({ machine }) => machine.poolName === poolName);
      if (!pool.antiAffinity || vms.length < 2) continue;
      new vsphere.ComputeClusterVmAntiAffinityRule(
        `${name}-${poolName}`,
        {
          name: `slipway-${args.spec.name}-${poolName}`,
          computeClusterId: args.inventory.computeClusterId,
          virtualMachineIds: vms.map(({ vm }) => vm.id),
        },
        { parent: this },
      );
    }
  }
}

function disksOf(machine: Machine, template: vsphere.GetVirtualMachineResult) {
  const { pool } = machine;
  const system = template.disks[0];
  const disks = [
    {
      label: "disk0",
      unitNumber: 0,
      size: pool.diskGiB,
      thinProvisioned: system?.thinProvisioned ?? true,
      eagerlyScrub: system?.eagerlyScrub ?? false,
    },
  ];
  if (pool.dataDiskGiB === undefined) return disks;
  const data = {
    label: "data",
    unitNumber: 1,
    size: pool.dataDiskGiB,
    thinProvisioned: true,
    eagerlyScrub: false,
    keepOnRemove: pool.keepDataDisk,
  };
  return [...disks, data];
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
