import * as pulumi from "@pulumi/pulumi";
import * as vsphere from "@pulumi/vsphere";
import { guestinfo, NodePoolGenerations, type MachineGeneration } from "../../provider/sdk";
import type { NodePoolSpec, OsSpec, VsphereSpec } from "../spec";
import { metadata } from "./cloudInit/metadata";
import { userData } from "./cloudInit/userData";
import { definition, sizeOf } from "./definition";
import { independently } from "./hosts";
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

/**
 * Machines of one size and role, as VMs: one record of all their generations, each VM, and for all of them one DRS rule
 * where they are to run on distinct ESX hosts. Machines are keyed by name, so a pool that grows or shrinks touches no
 * other machine. Takes the providers `vsphere` and `slipway` from its options.
 */
export class NodePool extends pulumi.ComponentResource {
  readonly machines: readonly Machine[];
  /** Fields in which machines run another definition than the pool's, by machine; one that is up to date is absent. */
  readonly stale: pulumi.Output<Record<string, readonly string[]>>;

  constructor(name: string, args: NodePoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:machines:NodePool", name, {}, opts);
    const { cluster, pool, spec } = args;
    const names = machineNames(pool, spec.count);
    const roll =
      args.roll !== undefined && names.includes(args.roll.machine) ? args.roll : undefined;
    const cloudConfig = userData({
      user: args.user,
      publicKey: args.publicKey,
      os: args.os,
      dataDisk: spec.dataDiskGiB !== undefined,
      hostKeyVariable: guestinfo.sshHostKey,
    });
    const wanted = definition(spec, args.clone, args.objects, args.os, cloudConfig, args.diskUuid);
    const record = new NodePoolGenerations(
      name,
      {
        pool,
        cluster,
        machines: names,
        definition: wanted,
        replace: spec.replace,
        addresses: spec.network?.addresses,
        roll: roll && { machine: roll.machine, token: roll.token, address: roll.address },
      },
      {
        parent: this,
        // Before version 1.0 each machine had a record of its own: the provider says what is to be done about it.
        aliases: [
          { type: "slipway:index:MachineGeneration", name: resourceName(cluster, `${pool}-0`) },
        ],
      },
    );
    // A roll targets the record and one VM with all its dependents, and the other VMs must be none of them.
    const recorded: pulumi.Output<Generations | undefined> =
      roll === undefined
        ? record.generations
        : pulumi.output(independently<Generations | undefined>(record.generations));
    const context: PoolContext = {
      args,
      roll,
      userData: Buffer.from(cloudConfig).toString("base64"),
      generationOf: (machine) =>
        recorded.apply(
          (generations) => generations?.[machine] ?? firstGeneration(cluster, machine, wanted),
        ),
    };
    const made = names.map((machine) => this.createMachine(machine, context));
    this.machines = made.map(({ machine, vm, generation }) => ({
      name: machine,
      pool,
      role: spec.role,
      vmUuid: vm.uuid,
      size: generation.apply(({ applied }) => sizeOf(applied)),
    }));
    this.stale = recorded.apply((generations) => staleIn(generations ?? {}, names));

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

  private createMachine(machine: string, { args, roll, userData, generationOf }: PoolContext) {
    const { spec } = args;
    const name = resourceName(args.cluster, machine);
    const generation = generationOf(machine);
    const vm = new Vm(
      name,
      virtualMachine({
        pool: spec,
        clone: args.clone,
        objects: args.objects,
        name: generation.apply(({ vmName }) => vmName),
        extraConfig: {
          "guestinfo.metadata": generation.apply((known) => encodedMetadata(known, args)),
          "guestinfo.metadata.encoding": "base64",
          "guestinfo.userdata": userData,
          "guestinfo.userdata.encoding": "base64",
          [guestinfo.cluster]: args.clusterId,
          [guestinfo.machine]: machine,
          [guestinfo.role]: spec.role,
        },
        diskUuid: args.diskUuid,
      }),
      {
        parent: this,
        ...(roll?.machine === machine
          ? { deleteBeforeReplace: roll.deleteFirst }
          : { ignoreChanges: [...inputsOfGeneration] }),
      },
    );
    return { machine, generation, vm };
  }
}

type Generations = Readonly<Record<string, MachineGeneration>>;

/** What all machines of a pool share, made once. */
interface PoolContext {
  readonly args: NodePoolArgs;
  /** The machine of this pool that this run replaces. */
  readonly roll?: Roll;
  /** Base64. */
  readonly userData: string;
  readonly generationOf: (machine: string) => pulumi.Output<MachineGeneration>;
}

/** Of a machine that the record does not have: a targeted update may leave the record as it is. */
function firstGeneration(
  cluster: string,
  machine: string,
  applied: MachineGeneration["applied"],
): MachineGeneration {
  const vmName = `${resourceName(cluster, machine)}-g1`;
  return { generation: 1, vmName, applied, staleFields: [] };
}

function staleIn(generations: Generations, machines: readonly string[]) {
  return Object.fromEntries(
    machines.flatMap((machine): [string, readonly string[]][] => {
      const fields = generations[machine]?.staleFields ?? [];
      return fields.length > 0 ? [[machine, fields]] : [];
    }),
  );
}

function encodedMetadata(
  { vmName: hostname, currentAddress: address }: MachineGeneration,
  { spec, os }: NodePoolArgs,
): string {
  const text = metadata({ hostname, address, network: spec.network, os });
  return Buffer.from(text).toString("base64");
}
