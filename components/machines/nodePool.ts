import * as pulumi from "@pulumi/pulumi";
import * as vsphere from "@pulumi/vsphere";
import { guestinfo, MachineGeneration } from "../../provider/sdk";
import type { NodePoolSpec, OsSpec, VsphereSpec } from "../spec";
import { metadata } from "./cloudInit/metadata";
import { userData } from "./cloudInit/userData";
import { definition, sizeOf } from "./definition";
import type { VsphereObjects } from "./lookUp";
import { machineNames, resourceName, type Machine } from "./machine";
import type { Roll } from "./roll";
import { inputsOfGeneration, virtualMachine } from "./virtualMachine";
import { Vm } from "./vm";

export interface NodePoolArgs {
  /** Name of the cluster: prefix of resource, VM and host names. */
  readonly cluster: string;
  /** `<project>/<stack>`: what the VMs carry in guestinfo as the identity of their cluster. */
  readonly clusterId: string;
  /** Name of the pool in `nodePools`. */
  readonly pool: string;
  readonly spec: NodePoolSpec;
  readonly clone: VsphereSpec["clone"];
  readonly os: OsSpec;
  /** Login user that cloud-init makes. */
  readonly user: string;
  /** OpenSSH public key of the login user. */
  readonly publicKey: string;
  readonly objects: VsphereObjects;
  /** The machines see which disk is which, as vSphere's CSI driver needs it. Default false. */
  readonly diskUuid?: boolean;
  /** The machine that this run replaces, in this pool or another one. */
  readonly roll?: Roll;
}

/** The generation of one machine, for reports. */
export interface GenerationOf {
  readonly machine: string;
  readonly generation: MachineGeneration;
}

/**
 * Machines of one size and role, as VMs: per machine the record of its generation and the VM itself, and for all
 * of them one DRS rule where they are to run on distinct ESX hosts. Machines are keyed by name, so a pool that grows
 * or shrinks touches no other machine. Takes the providers `vsphere` and `slipway` from its options.
 */
export class NodePool extends pulumi.ComponentResource {
  readonly machines: readonly Machine[];
  readonly generations: readonly GenerationOf[];

  constructor(name: string, args: NodePoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:machines:NodePool", name, {}, opts);
    const cloudConfig = userData({
      user: args.user,
      publicKey: args.publicKey,
      os: args.os,
      dataDisk: args.spec.dataDiskGiB !== undefined,
      hostKeyVariable: guestinfo.sshHostKey,
    });
    const context: PoolContext = {
      args,
      userData: Buffer.from(cloudConfig).toString("base64"),
      definition: definition(
        args.spec,
        args.clone,
        args.objects,
        args.os,
        cloudConfig,
        args.diskUuid,
      ),
    };
    const made = machineNames(args.pool, args.spec.count).map((machine, ordinal) =>
      this.createMachine(machine, ordinal, context),
    );
    this.machines = made.map(({ machine, vm, generation }) => ({
      name: machine,
      pool: args.pool,
      role: args.spec.role,
      vmUuid: vm.uuid,
      size: generation.applied.apply(sizeOf),
    }));
    this.generations = made.map(({ machine, generation }) => ({ machine, generation }));

    // DRS wants at least two VMs in a rule. Not mandatory: with fewer ESX hosts than machines (one in maintenance
    // is enough), a mandatory rule would keep machines from being started.
    if (args.spec.antiAffinity && made.length > 1) {
      new vsphere.ComputeClusterVmAntiAffinityRule(
        name,
        {
          name,
          computeClusterId: args.objects.computeClusterId,
          virtualMachineIds: made.map(({ vm }) => vm.id),
          mandatory: false,
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }

  private createMachine(machine: string, ordinal: number, context: PoolContext) {
    const { args } = context;
    const { spec } = args;
    const name = resourceName(args.cluster, machine);
    const roll = args.roll?.machine === machine ? args.roll : undefined;
    const generation = new MachineGeneration(
      name,
      {
        machine,
        prefix: name,
        definition: context.definition,
        replace: spec.replace,
        address: spec.network?.addresses[ordinal],
        ...(roll && { roll: roll.token, rollAddress: roll.address }),
      },
      { parent: this },
    );
    const vm = new Vm(
      name,
      virtualMachine({
        pool: spec,
        clone: args.clone,
        objects: args.objects,
        name: generation.vmName,
        extraConfig: {
          "guestinfo.metadata": encodedMetadata(generation, args),
          "guestinfo.metadata.encoding": "base64",
          "guestinfo.userdata": context.userData,
          "guestinfo.userdata.encoding": "base64",
          [guestinfo.cluster]: args.clusterId,
          [guestinfo.machine]: machine,
          [guestinfo.role]: spec.role,
        },
        diskUuid: args.diskUuid,
      }),
      {
        parent: this,
        ...(roll
          ? { deleteBeforeReplace: roll.deleteFirst }
          : { ignoreChanges: [...inputsOfGeneration] }),
      },
    );
    return { machine, generation, vm };
  }
}

/** What all machines of a pool share, made once. */
interface PoolContext {
  readonly args: NodePoolArgs;
  /** Base64. */
  readonly userData: string;
  readonly definition: Readonly<Record<string, string>>;
}

function encodedMetadata(generation: MachineGeneration, { spec, os }: NodePoolArgs) {
  return pulumi
    .all([generation.vmName, generation.currentAddress])
    .apply(([hostname, address]) =>
      Buffer.from(metadata({ hostname, address, network: spec.network, os })).toString("base64"),
    );
}
