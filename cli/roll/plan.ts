import type { MachineRole } from "../../provider/sdk/shapes";
import { majorityOf } from "../../provider/swarm/quorum";
import { badUsage } from "../exit";
import type { GenerationChange, MachineState } from "../machines";
import { wordsOfRole } from "../orchestratorWords";
import { chooseAddress, isHalfRolled } from "./addresses";

/** What the user asks to replace. */
export interface RollRequest {
  /** A pool or one machine; `undefined` for all pools. */
  readonly target?: string;
  /** Also machines that are up to date, and pools with `replace: never`. */
  readonly force: boolean;
}

export interface RollFacts {
  readonly machines: readonly MachineState[];
  /** By machine: what a preview says of the records that would change. */
  readonly changes: ReadonlyMap<string, GenerationChange>;
  /** By pool: its static addresses; a pool with DHCP is absent. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  /** All nodes know the cluster by the own address of its only control plane: a Kubernetes cluster without `apiEndpoint`. */
  readonly isBoundToMachine: boolean;
}

/** Replacement of one machine. */
export interface RollStep {
  readonly machine: string;
  readonly pool: string;
  readonly role: MachineRole;
  /** Of the record of its pool. */
  readonly recordUrn: string;
  readonly vmUrn: string;
  readonly fromVm: string;
  readonly fromUuid: string;
  readonly toVm: string;
  /** Why: what differs between what runs and what is asked for. */
  readonly reasons: readonly string[];
  /** Static address of the new VM; absent with DHCP. */
  readonly address?: string;
  /** The old machine goes before the new one comes. */
  readonly deleteFirst: boolean;
  /** Its volumes may be destroyed with it: nobody has to be asked about data. */
  readonly ephemeralVolumes: boolean;
  /** What happens to the cluster's quorum; absent for a worker. */
  readonly quorum?: QuorumStep;
}

/** Machines that decide (managers, control planes) at one step, and how many of them must agree. */
export interface QuorumStep {
  readonly before: Quorum;
  /** With the new one beside the old one, or with the old one gone. */
  readonly during: Quorum;
}

export interface Quorum {
  readonly deciders: number;
  readonly needed: number;
}

export interface RollPlan {
  readonly steps: readonly RollStep[];
  /** Machines of the target that stay as they are, and why. */
  readonly skipped: readonly { readonly machine: string; readonly why: string }[];
  /** Why nothing may be done; empty when the plan can be carried out. */
  readonly refusals: readonly string[];
}

/**
 * Decides which machines are replaced, in which order and how. Nothing is asked of any machine.
 * @throws when there is no such pool or machine.
 */
export function planRoll(request: RollRequest, facts: RollFacts): RollPlan {
  const desired = facts.machines.map((machine) => withChange(machine, facts.changes));
  const targeted = desired.filter(({ name, pool }) =>
    request.target === undefined ? true : [name, pool].includes(request.target),
  );
  if (targeted.length === 0) throw badUsage(unknownTarget(request.target, desired));

  const steps: RollStep[] = [];
  const skipped: { machine: string; why: string }[] = [];
  const refusals: string[] = [];
  for (const machine of inOrder(targeted)) {
    const why = reasonToSkip(machine, request);
    if (why !== undefined) {
      skipped.push({ machine: machine.name, why });
      continue;
    }
    // Each step finds the addresses as the steps before it have left them.
    const step = planStep(machine, facts, afterSteps(desired, steps));
    if (typeof step === "string") refusals.push(step);
    else steps.push(step);
  }
  return { steps: refusals.length > 0 ? [] : steps, skipped, refusals };
}

/** How many must be reachable for the cluster to decide anything. */
export function quorumOf(deciders: number): Quorum {
  return { deciders, needed: majorityOf(deciders) };
}

function planStep(
  machine: MachineState,
  { addresses, isBoundToMachine }: RollFacts,
  all: readonly MachineState[],
): RollStep | string {
  const { name, vm, role, pool } = machine;
  if (vm === undefined) {
    return `${name}: it has no VM yet: run \`pulumi up\` first`;
  }
  if (role === undefined) {
    return `${name}: it has not joined the cluster yet: run \`pulumi up\` first`;
  }
  if (role === "controlPlane" && isBoundToMachine) {
    return `${name}: it is the only control plane of a cluster without an apiEndpoint, which all nodes know by this machine's address: it cannot be replaced. Set replace: never on pool ${pool}, or stand up a cluster with kubernetes.apiEndpoint and move the applications`;
  }
  const stale = machine.staleFields.length > 0;
  if (machine.unfinished && !stale) {
    return `${name}: an earlier roll of it was interrupted: run \`slipway recover\` first, which finishes it`;
  }
  const choice = chooseAddress(
    machine,
    addresses.get(pool),
    all.filter((one) => one.pool === pool),
  );
  // A new VM that was made and does not work stands beside the old one: a third would be one too many.
  const deleteFirst = choice.kind === "reused" || machine.unfinished;
  const deciders = all.filter((one) => one.role !== undefined && one.role !== "worker").length;
  if (deleteFirst && role !== "worker" && deciders === 1) return refuseSole(machine, role);
  return {
    machine: name,
    pool,
    role,
    recordUrn: machine.recordUrn,
    vmUrn: vm.urn,
    fromVm: vm.name,
    fromUuid: vm.uuid,
    toVm: machine.vmName.replace(/-g\d+$/, `-g${machine.generation + 1}`),
    reasons: reasonsOf(machine),
    address: choice.kind === "dhcp" ? undefined : choice.address,
    deleteFirst,
    ephemeralVolumes: machine.ephemeralVolumes,
    quorum:
      role === "worker"
        ? undefined
        : { before: quorumOf(deciders), during: quorumOf(deciders + (deleteFirst ? -1 : 1)) },
  };
}

function refuseSole(
  { name, pool, unfinished }: MachineState,
  role: Exclude<MachineRole, "worker">,
): string {
  const { decider, cluster } = wordsOfRole(role);
  return unfinished
    ? `${name}: it is the only ${decider}, and a new VM that did not come up stands beside it: make that one work (\`slipway recover\`), it cannot be replaced while the old one holds the ${cluster}`
    : `${name}: it is the only ${decider}, and pool ${pool} has no spare address, so that it would have to go before its successor is there: add an address to nodePools.${pool}.network.addresses`;
}

function reasonToSkip(machine: MachineState, request: RollRequest): string | undefined {
  if (request.force) return undefined;
  if (machine.staleFields.length === 0 && !isHalfRolled(machine) && !machine.unfinished) {
    return "up to date";
  }
  if (machine.replace === "never" && !isHalfRolled(machine) && !machine.unfinished) {
    return `stale (${machine.staleFields.join(", ")}), and its pool has replace: never; --force replaces it all the same`;
  }
  return undefined;
}

function reasonsOf(machine: MachineState): readonly string[] {
  if (machine.staleFields.length > 0) return machine.staleFields;
  return isHalfRolled(machine) ? ["an earlier roll of it failed"] : ["--force"];
}

/** The machines with the addresses that they will have once these steps are done. */
function afterSteps(
  machines: readonly MachineState[],
  steps: readonly RollStep[],
): readonly MachineState[] {
  return machines.map((machine) => {
    const step = steps.find((one) => one.machine === machine.name);
    if (step?.address === undefined) return machine;
    const vm = machine.vm && { ...machine.vm, name: machine.vmName };
    return { ...machine, vm, currentAddress: step.address, hostAddress: step.address };
  });
}

function withChange(machine: MachineState, changes: RollFacts["changes"]): MachineState {
  return { ...machine, ...changes.get(machine.name) };
}

/** Managers or control planes first, as the design's upgrades do; within a pool by number. */
function inOrder(machines: readonly MachineState[]): readonly MachineState[] {
  const decides = ({ role }: MachineState) => Number(role !== undefined && role !== "worker");
  return [...machines].sort((a, b) => decides(b) - decides(a));
}

function unknownTarget(target: string | undefined, machines: readonly MachineState[]): string {
  if (machines.length === 0) {
    return "the Pulumi stack has no machines on vSphere: there is nothing to replace";
  }
  const pools = [...new Set(machines.map(({ pool }) => pool))];
  return `no pool or machine is named ${String(target)}; pools are ${pools.join(", ")}, machines ${machines.map(({ name }) => name).join(", ")}`;
}
