import { guestinfo, type MachineGeneration, type MachineRole } from "../provider/sdk/shapes";
import { nameOf, type StackState, type StateResource } from "./pulumi/state";
import { typeTokens } from "./pulumi/types";

/** One machine of a cluster, as the state of its Pulumi stack has it. */
export interface MachineState {
  /** `managers-0` */
  readonly name: string;
  /** `managers` */
  readonly pool: string;
  /** Of the record of its pool. */
  readonly recordUrn: string;
  readonly generation: number;
  /** Name that the VM of this generation has or is to have. */
  readonly vmName: string;
  /** Static address of this generation; absent with DHCP. */
  readonly currentAddress?: string;
  readonly staleFields: readonly string[];
  readonly replace: "rolling" | "never";
  readonly role?: MachineRole;
  /** Its volumes may be destroyed with it. */
  readonly ephemeralVolumes: boolean;
  /** The VM that stands for it now; absent when its clone never succeeded. */
  readonly vm?: { readonly urn: string; readonly name: string; readonly uuid: string };
  /** Address at which its host was reached. */
  readonly hostAddress?: string;
  /** An earlier replacement of it has left things that are still to be deleted. */
  readonly unfinished: boolean;
}

/** What a preview says that a machine's record will be. */
export type GenerationChange = Pick<MachineGeneration, "staleFields"> & {
  readonly replace: "rolling" | "never";
};

/** The machines on vSphere, by pool and number; also one that its pool has no more, as long as its VM stands. */
export function machinesOf(state: StackState): readonly MachineState[] {
  return state.resources
    .filter(({ type, deletePending }) => type === typeTokens.nodePoolGenerations && !deletePending)
    .flatMap((record) => machinesIn(record, state))
    .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** How many nodes the cluster has by its state; those whose deletion is still to be done are none. */
export function nodesIn({ resources }: StackState): number {
  const types: readonly string[] = [typeTokens.swarmNode, typeTokens.kubernetesNode];
  return resources.filter(({ type, deletePending }) => types.includes(type) && !deletePending)
    .length;
}

/** The machine that a resource belongs to, whatever its type; `undefined` for what all machines share. */
export function machineNameOf(
  resource: Pick<StateResource, "type" | "inputs">,
): string | undefined {
  if (resource.type === typeTokens.virtualMachine) {
    const extraConfig = resource.inputs.extraConfig as Record<string, unknown> | undefined;
    return textOf(extraConfig?.[guestinfo.machine]);
  }
  return resource.type.startsWith("slipway:") ? textOf(resource.inputs.machine) : undefined;
}

/** `managers-0` is of pool `managers`. */
export function poolOf(machine: string): string {
  return machine.replace(/-\d+$/, "");
}

function machinesIn(record: StateResource, state: StackState): readonly MachineState[] {
  const { machines } = record.inputs;
  const generations = record.outputs.generations as
    Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  if (!Array.isArray(machines) || generations === undefined) {
    throw new Error(
      `the state of ${nameOf(record.urn)} has no machines or generations: run \`pulumi refresh\``,
    );
  }
  return Object.entries(generations)
    .map(([name, generation]) => machineOf(name, generation, record, state))
    .filter(({ name, vm }) => vm !== undefined || machines.includes(name));
}

function machineOf(
  name: string,
  { generation, vmName, currentAddress, staleFields }: Readonly<Record<string, unknown>>,
  record: StateResource,
  state: StackState,
): MachineState {
  if (typeof generation !== "number" || typeof vmName !== "string") {
    throw new Error(
      `the state of ${nameOf(record.urn)} has no generation or vmName of ${name}: run \`pulumi refresh\``,
    );
  }
  const own = state.resources.filter((resource) => machineNameOf(resource) === name);
  const standing = (type: string) =>
    own.find((resource) => resource.type === type && !resource.deletePending);
  const vm = standing(typeTokens.virtualMachine);
  const node = standing(typeTokens.swarmNode) ?? standing(typeTokens.kubernetesNode);
  return {
    name,
    pool: poolOf(name),
    recordUrn: record.urn,
    generation,
    vmName,
    currentAddress: textOf(currentAddress),
    staleFields: Array.isArray(staleFields) ? staleFields.map(String) : [],
    replace: record.inputs.replace === "never" ? "never" : "rolling",
    role: roleOf(node?.inputs.role),
    ephemeralVolumes: node?.inputs.ephemeralVolumes === true,
    vm: vm && {
      urn: vm.urn,
      name: textOf(vm.outputs.name) ?? "",
      uuid: textOf(vm.outputs.uuid) ?? vm.id ?? "",
    },
    hostAddress: textOf(standing(typeTokens.host)?.outputs.address),
    unfinished: own.some(({ deletePending }) => deletePending),
  };
}

function roleOf(value: unknown): MachineRole | undefined {
  return value === "manager" || value === "controlPlane" || value === "worker" ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
