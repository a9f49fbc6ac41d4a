import { clusterAccess, type ClusterAccess } from "../access";
import { failed } from "../exit";
import { machineNameOf } from "../machines";
import { wordsOf } from "../orchestratorWords";
import { mustPulumi } from "../pulumi/cli";
import { readLocks, refuseRunning } from "../pulumi/locks";
import type { PulumiStack } from "../pulumi/stack";
import { nameOf, parseState, type StackState } from "../pulumi/state";
import { typeTokens } from "../pulumi/types";
import { openWatch, type ClusterWatch, type Membership } from "../roll/clusterWatch";
import type { Terminal } from "../terminal";
import { dyingVms } from "./cleanState";
import type { Findings } from "./findings";
import { formerlyRecorded } from "./formerRecords";
import { judgeOperations, pendingRules, pendingVms } from "./operations";
import { judgeOrphan, type OrphanVerdict } from "./orphans";
import { VcenterView, type LocatedRule, type LocatedVm } from "./vcenter";

/** What was found, and where. */
export interface Found {
  readonly exported: string;
  readonly state: StackState;
  readonly findings: Findings;
  readonly vcenter?: {
    readonly view: VcenterView;
    readonly identity: string;
    readonly orphans: readonly { readonly vm: LocatedVm; readonly verdict: OrphanVerdict }[];
    readonly rules: readonly LocatedRule[];
    readonly goneVmIds: ReadonlySet<string>;
  };
}

/** Looks at locks, state and vCenter, and changes nothing. Whoever calls closes the view of vCenter. */
export async function lookAround(
  stack: PulumiStack,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Found> {
  const locks = await readLocks(stack);
  refuseRunning(stack.name, locks);
  const exported = await stack.export();
  const state = parseState(JSON.parse(exported));
  const since = locks?.map((lock) => lock.since).at(0) ?? (await endOfLastUpdate(stack));
  const vcenter = await lookIntoVcenter(stack, state, since, terminal, signal);
  const findings: Findings = {
    locks,
    operations: judgeOperations(state),
    orphans: (vcenter?.orphans ?? []).map(({ vm, verdict }) => ({
      name: vm.name,
      uuid: vm.uuid,
      ...verdict,
    })),
    rules: (vcenter?.rules ?? []).map(({ name }) => name),
    goneVms: dyingVms(state)
      .filter(({ id }) => id !== undefined && vcenter?.goneVmIds.has(id) === true)
      .map(({ urn, outputs }) => (typeof outputs.name === "string" ? outputs.name : nameOf(urn))),
    formerRecords: formerlyRecorded(exported),
    unfinished: unfinishedIn(state),
  };
  return { exported, state, findings, vcenter };
}

async function lookIntoVcenter(
  stack: PulumiStack,
  state: StackState,
  since: Date | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Found["vcenter"]> {
  const access = await vsphereAccess(stack, state);
  if (access === undefined) return undefined;
  const { connection, datacenter, identity } = access;
  const pending = pendingVms(state);
  const rulesPending = pendingRules(state);
  const view = new VcenterView(connection, datacenter);
  try {
    terminal.progress(
      pending.length + rulesPending.length === 0
        ? "looks into vCenter"
        : "looks into vCenter, and waits until what the killed update had begun there has ended",
    );
    const { vms, rules } = await view.findSettled(identity, pending, rulesPending, {
      signal,
      onWait: (what) => {
        terminal.progress(`waits for vCenter: ${what}`);
      },
    });
    const known = knownUuids(state);
    const pendingNames = new Set(pending.map(({ name }) => name));
    const strangers = vms.filter(
      ({ name, uuid, cluster }) =>
        cluster === identity && !known.has(uuid.toLowerCase()) && !pendingNames.has(name),
    );
    const memberships = await membershipsOf(
      strangers,
      { access: access.cluster, terminal, signal },
      state,
    );
    const context = {
      cluster: identity,
      clusterName: access.cluster.spec.name,
      words: wordsOf(access.cluster.spec),
      knownUuids: known,
      pendingNames,
      since,
      memberships,
    };
    const gone = await Promise.all(
      dyingVms(state).map(async ({ id }) =>
        id === undefined || (await view.exists(id)) ? [] : [id],
      ),
    );
    return {
      view,
      identity,
      orphans: vms.flatMap((vm) => {
        const verdict = judgeOrphan(vm, context);
        return verdict === undefined ? [] : [{ vm, verdict }];
      }),
      rules,
      goneVmIds: new Set(gone.flat()),
    };
  } catch (error) {
    await view.close();
    throw error;
  }
}

/** vCenter is asked for clusters on vSphere only; an application's Pulumi stack has nothing there. */
async function vsphereAccess(stack: PulumiStack, state: StackState) {
  const types = new Set(
    [...state.resources, ...state.pendingOperations.map(({ resource }) => resource)].map(
      ({ type }) => type,
    ),
  );
  if (
    ![typeTokens.virtualMachine, typeTokens.nodePoolGenerations].some((type) => types.has(type))
  ) {
    return undefined;
  }
  const access: ClusterAccess = await clusterAccess(stack);
  const { spec, vsphere, identity } = access;
  if (spec.vsphere === undefined || vsphere === undefined) {
    throw failed(
      `the state of ${stack.name} has VMs, and its cluster.yml has no vsphere any more: put it back until they are removed`,
    );
  }
  return { connection: vsphere, datacenter: spec.vsphere.datacenter, identity, cluster: access };
}

/** How the cluster and its machines are asked. */
interface Asking {
  readonly access: ClusterAccess;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Which of the VMs are nodes, by UUID in lower case; those of which nobody knows are left out. Where the state knows a
 * cluster, the cluster is asked, else each machine for itself.
 */
async function membershipsOf(
  vms: readonly LocatedVm[],
  { access, terminal, signal }: Asking,
  state: StackState,
): Promise<ReadonlyMap<string, Membership>> {
  if (vms.length === 0) return new Map();
  const watch = openWatch(access, terminal, signal);
  try {
    const clusters: readonly string[] = [typeTokens.swarmCluster, typeTokens.kubernetesCluster];
    const isFormed = state.resources.some(({ type }) => clusters.includes(type));
    const members = isFormed ? await membersOf(watch, signal) : undefined;
    const told = await Promise.all(
      vms.map(async (vm): Promise<[string, Membership]> => {
        const uuid = vm.uuid.toLowerCase();
        if (!isFormed) return [uuid, await watch.membershipOf(vm.machine ?? "", vm.uuid)];
        if (members === undefined) return [uuid, "unknown"];
        // Nodes of Kubernetes are in lower case, whatever their VMs are called.
        return [uuid, members.has(vm.name.toLowerCase()) ? "member" : "none"];
      }),
    );
    return new Map(told);
  } finally {
    await watch.close();
  }
}

/** Host names of the cluster's members, in lower case; `undefined` when nobody who decides there answers. */
async function membersOf(
  watch: ClusterWatch,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  try {
    return new Set([...(await watch.members())].map((name) => name.toLowerCase()));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** UUIDs of all VMs of a state, in lower case. */
export function knownUuids(state: StackState): ReadonlySet<string> {
  return new Set(
    state.resources
      .filter(({ type }) => type === typeTokens.virtualMachine)
      .flatMap(({ id, outputs }) => [id, outputs.uuid])
      .flatMap((uuid) => (typeof uuid === "string" ? [uuid.toLowerCase()] : [])),
  );
}

function unfinishedIn(state: StackState): readonly string[] {
  const names = state.resources
    .filter(({ deletePending }) => deletePending)
    .map((resource) => machineNameOf(resource) ?? nameOf(resource.urn));
  return [...new Set(names)];
}

/** End of the last update that ran to its end: what an interrupted one made is younger. */
async function endOfLastUpdate(stack: PulumiStack): Promise<Date | undefined> {
  const text = await mustPulumi(
    ["stack", "history", "--json", "--page-size", "1", "--stack", stack.name],
    { cwd: stack.folder },
  );
  const [last] = JSON.parse(text) as readonly { readonly endTime?: string }[];
  return last?.endTime === undefined ? undefined : new Date(last.endTime);
}
