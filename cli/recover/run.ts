import { writeFile } from "node:fs/promises";
import path from "node:path";
import { clusterAccess, type ClusterAccess } from "../access";
import { busy, failed, refused } from "../exit";
import { interruptSignal } from "../interrupt";
import { machineNameOf, machinesOf } from "../machines";
import { mustPulumi } from "../pulumi/cli";
import { readLocks, refuseRunning } from "../pulumi/locks";
import { PulumiStack } from "../pulumi/stack";
import { nameOf, parseState, type StackState } from "../pulumi/state";
import { typeTokens } from "../pulumi/types";
import { isHalfRolled } from "../roll/addresses";
import { describe } from "../roll/foreseen";
import { SwarmWatch } from "../roll/swarmWatch";
import type { Terminal } from "../terminal";
import { cleanState, dyingVms } from "./cleanState";
import { blockers, isClean, renderFindings, type Findings } from "./findings";
import { judgeOperations, pendingRules, pendingVms } from "./operations";
import { judgeOrphan, type OrphanVerdict } from "./orphans";
import { VcenterView, type LocatedRule, type LocatedVm } from "./vcenter";

export interface RecoverOptions {
  readonly stack: string;
  readonly yes: boolean;
  /** Also when the lock was taken on another machine. */
  readonly breakLock: boolean;
  readonly dryRun: boolean;
}

/** `slipway recover`: lists what an interrupted update left, asks, clears it and runs the update again. */
export async function runRecover(options: RecoverOptions, terminal: Terminal): Promise<void> {
  const signal = interruptSignal(terminal);
  const stack = await PulumiStack.open(options.stack);
  const found = await lookAround(stack, terminal, signal);
  try {
    for (const line of renderFindings(found.findings)) terminal.say(line);
    refuseToGoOn(found.findings, options);
    if (options.dryRun) {
      terminal.result({ findings: found.findings, done: false });
      return;
    }
    const question = isClean(found.findings)
      ? "Run the update again?"
      : "Clear this up and run the update again?";
    if (!options.yes && !(await terminal.confirm(question))) {
      throw refused("not confirmed; nothing was changed");
    }
    const backup = await clear(stack, found, terminal, signal);
    terminal.progress("runs the update");
    await stack.up({
      signal,
      onChange: (change) => {
        if (change.done || change.failed) {
          terminal.progress(`${change.failed ? "failed to " : ""}${describe(change)}`);
        }
      },
    });
    const after = await stack.state();
    await expectNoOrphans(after, found);
    for (const line of halfRolled(after, options.stack)) terminal.say(line);
    terminal.progress(`done: ${stack.name} is as its program wants it`);
    terminal.result({ findings: found.findings, backup, done: true });
  } finally {
    await found.vcenter?.view.close();
  }
}

/** What was found, and where. */
interface Found {
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

async function lookAround(
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
    const strange = vms.some(
      ({ name, uuid }) => !known.has(uuid.toLowerCase()) && !pendingNames.has(name),
    );
    const members = strange ? await membersOf(access.cluster, state, signal) : undefined;
    const context = {
      cluster: identity,
      clusterName: access.cluster.spec.name,
      knownUuids: known,
      pendingNames,
      since,
      members,
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
  if (![typeTokens.virtualMachine, typeTokens.machineGeneration].some((type) => types.has(type))) {
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

/** Host names of the Swarm's nodes; `undefined` when there is a Swarm and no manager answers. */
async function membersOf(
  access: ClusterAccess,
  state: StackState,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  const joined = state.resources.some(({ type }) => type === typeTokens.swarmCluster);
  if (!joined) return new Set();
  const watch = SwarmWatch.open(access, signal);
  try {
    return new Set((await watch.look()).nodes.map(({ hostname }) => hostname));
  } catch {
    signal.throwIfAborted();
    return undefined;
  } finally {
    await watch.close();
  }
}

function refuseToGoOn(findings: Findings, options: RecoverOptions): void {
  const elsewhere = findings.locks?.find(({ state }) => state === "unknown");
  if (elsewhere !== undefined && !options.breakLock) {
    throw busy(
      `the lock was taken on ${elsewhere.host}: when you are sure that no update is running there, add --break-lock`,
    );
  }
  const reasons = blockers(findings);
  if (reasons.length > 0) {
    throw refused(`nothing was changed; this must be decided first:\n${reasons.join("\n")}`);
  }
}

/** @returns the file that has the state as it was; `undefined` when the state was left alone. */
async function clear(
  stack: PulumiStack,
  { exported, findings, vcenter }: Found,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (findings.locks === undefined || findings.locks.length > 0) {
    await stack.cancel();
    terminal.progress("lock removed");
  }
  for (const { vm, verdict } of vcenter?.orphans ?? []) {
    if (verdict.action !== "remove") continue;
    await vcenter?.view.remove(vm, signal);
    terminal.progress(`VM ${vm.name} destroyed`);
  }
  for (const rule of vcenter?.rules ?? []) {
    await vcenter?.view.removeRule(rule, signal);
    terminal.progress(`anti-affinity rule ${rule.name} removed`);
  }
  if (findings.operations.length === 0 && findings.goneVms.length === 0) return undefined;
  const backup = path.join(stack.folder, `${stack.shortName}.before-recover-${stamp()}.json`);
  await writeFile(backup, exported, { mode: 0o600, flag: "wx" });
  terminal.progress(`state as it was: ${backup} (secrets in it are encrypted)`);
  await stack.import(cleanState(exported, vcenter?.goneVmIds ?? new Set()));
  terminal.progress("state cleared of interrupted operations");
  return backup;
}

/** What a latecomer of the killed update may have made after all. */
async function expectNoOrphans(after: StackState, { vcenter }: Found): Promise<void> {
  if (vcenter === undefined) return;
  const known = knownUuids(after);
  const told = new Set(vcenter.orphans.map(({ vm }) => vm.uuid));
  const left = (await vcenter.view.find(vcenter.identity, [])).filter(
    ({ uuid }) => !known.has(uuid.toLowerCase()) && !told.has(uuid),
  );
  if (left.length > 0) {
    throw failed(
      `the update is done, but vCenter has VMs of ${vcenter.identity} that the state does not know: ${left.map(({ name }) => name).join(", ")}: look at them, then destroy them in vCenter`,
    );
  }
}

/** Machines whose roll ended before the new VM was made: they run as before, and only a roll goes on with them. */
function halfRolled(state: StackState, stack: string): readonly string[] {
  return machinesOf(state)
    .filter(isHalfRolled)
    .map(
      ({ name }) =>
        `${name} runs as before its roll: \`slipway roll ${stack} ${name}\` does it again`,
    );
}

function knownUuids(state: StackState): ReadonlySet<string> {
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

function stamp(): string {
  return new Date().toISOString().replace(/[:.]/g, "-");
}
