import { open } from "node:fs/promises";
import { probeControlPlanes, type Probe } from "../../../provider/kubernetes/controlPlanes";
import { settle, startFrom, type Settled } from "../../../provider/kubernetes/restore/bringBack";
import { judgeLoss, type Loss } from "../../../provider/kubernetes/restore/loss";
import { broughtBackScript } from "../../../provider/kubernetes/restore/place";
import type { MachineRef } from "../../../provider/sdk/shapes";
import type { Context } from "../../../provider/server/handler";
import type { KubernetesClusterSpec } from "../../../components/spec";
import { clusterAccess } from "../../access";
import { failed, refused } from "../../exit";
import { interruptSignal } from "../../interrupt";
import { readLocks, refuseRunning } from "../../pulumi/locks";
import { PulumiStack, type UpdateOptions } from "../../pulumi/stack";
import type { StackState } from "../../pulumi/state";
import { describe } from "../../roll/foreseen";
import type { Terminal } from "../../terminal";
import { isSwarm, recordedCluster, type RecordedCluster } from "../cluster";
import { ClusterHosts } from "../../hosts";
import { misfits } from "./fit";
import { overlooked } from "./overlooked";
import { renderPlan } from "./plan";
import { readSnapshotFile, type SnapshotFile } from "./snapshotFile";
import { controlPlaneNames, credentialTargets, machineTargets } from "./targets";

export interface RestoreOptions {
  readonly stack: string;
  readonly snapshot: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** What a restore works with, from its first look to its end. */
interface Restore {
  readonly stack: PulumiStack;
  readonly spec: KubernetesClusterSpec;
  readonly file: SnapshotFile;
  readonly recorded: RecordedCluster;
  readonly hosts: ClusterHosts;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** `slipway restore`: brings a Kubernetes cluster back that has lost all its control planes. */
export async function runRestore(options: RestoreOptions, terminal: Terminal): Promise<void> {
  const signal = interruptSignal(terminal);
  const file = await readSnapshotFile(options.snapshot);
  const stack = await PulumiStack.open(options.stack);
  refuseRunning(stack.name, await readLocks(stack));
  const state = await stack.state();
  refuseInterrupted(state, stack.name);
  const recorded = recordedCluster(state, stack.name);
  const access = await clusterAccess(stack);
  const { spec } = access;
  if (spec.orchestrator !== "kubernetes") throw isSwarm(stack.name);
  const reasons = misfits(file, recorded, { version: spec.kubernetes.version });
  if (reasons.length > 0)
    throw refused(`${file.path} can't be brought back as ${stack.name}:\n${reasons.join("\n")}`);
  const hosts = ClusterHosts.open(access, terminal, signal);
  try {
    const restore: Restore = { stack, spec, file, recorded, hosts, terminal, signal };
    const { loss, probes } = await look(restore, state);
    for (const line of renderPlan({ file, loss, probes, machines: controlPlaneNames(spec) }))
      terminal.say(line);
    if (options.dryRun) {
      terminal.result({ snapshot: file.restoring, done: false });
      return;
    }
    if (!options.yes && !(await terminal.confirm(`Bring ${stack.name} back from this snapshot?`)))
      throw refused("not confirmed; nothing was changed");
    await bringBack(restore, loss);
    terminal.result({ snapshot: file.restoring, done: true });
  } finally {
    await hosts.close();
  }
}

async function bringBack(restore: Restore, loss: Loss): Promise<void> {
  const { recorded, hosts, terminal, stack, file } = restore;
  const { context } = hosts;
  const place = loss.kind === "answers" ? loss : await started(restore, loss);
  const settled = await settle(context, recorded);
  for (const node of settled.dropped) terminal.progress(`node ${node}, which is gone, deleted`);
  await updated(restore, settled);
  if (settled.untold.length > 0)
    throw failed(
      `${stack.name} is back, but for workers that could not be reached: when they answer, run the same command again\n` +
        settled.untold.map(({ machine, reason }) => `${machine}: ${reason}`).join("\n"),
    );
  await noteEnd(context, place.probe.endpoint);
  terminal.progress(`done: ${stack.name} is as it was at ${file.restoring.taken}`);
  if (settled.hasMoved)
    terminal.say(
      `It has another address now. \`slipway kubeconfig ${stack.name}\` tells kubectl, \`pulumi up\` the Pulumi stacks of its applications.`,
    );
  terminal.say(
    "What was deployed since then is missing: compare `slipway releases` with what runs, and deploy that again.",
  );
}

/** A connection that was idle through a long update may have been cut: then it is made anew. */
async function noteEnd(context: Context, machine: MachineRef): Promise<void> {
  const note = async () =>
    (await context.connect(machine)).must("noting that the cluster is back", broughtBackScript);
  await note().catch(note);
}

/** The first control plane with the snapshot's content, answering. */
async function started(
  restore: Restore,
  loss: Exclude<Loss, { kind: "answers" }>,
): Promise<{ readonly probe: Probe }> {
  const { recorded, hosts, file, stack } = restore;
  let found: Loss = loss;
  if (loss.kind !== "start") {
    await newMachines(restore);
    found = (await look(restore, await stack.state())).loss;
  }
  if (found.kind === "answers") return found;
  if (found.kind === "noMachine")
    throw failed(
      "the update made no control plane: look at its messages above, and at the VMs in vCenter",
    );
  const handle = await open(file.path, "r");
  try {
    await startFrom(
      hosts.context,
      found,
      { file: handle, bytes: file.bytes, restoring: file.restoring },
      recorded,
    );
  } finally {
    await handle.close();
  }
  return found;
}

/** Machines for the control planes that are gone, ready to become nodes. Nothing else of the cluster is touched. */
async function newMachines(restore: Restore): Promise<void> {
  const { stack, spec, terminal } = restore;
  const state = await stack.state();
  const machines = controlPlaneNames(spec);
  terminal.progress("asks what is left of the control planes, and makes the missing machines");
  const targets = (withNodes: boolean) => ({
    ...watched(restore),
    target: machineTargets(state, spec.name, machines, { withNodes }),
    targetDependents: false,
  });
  await stack.refresh({ ...targets(true), onChange: forgotten(restore) });
  await stack.up(targets(false));
}

/** The Pulumi stack made true to the older state, and the cluster to the Pulumi stack: what is missing joins. */
async function updated(restore: Restore, { hasMoved }: Settled): Promise<void> {
  const { stack, terminal } = restore;
  if (hasMoved) {
    terminal.progress("the cluster has another address: makes its credentials anew");
    const targets = credentialTargets(await stack.state());
    await stack.up({ ...watched(restore), ...targets, targetDependents: false });
  }
  terminal.progress("runs the update: what the snapshot lacks is made, the other machines join");
  await stack.refresh({ ...watched(restore), onChange: forgotten(restore) });
  await stack.up(watched(restore));
}

/** A refresh deletes nothing: it takes note of what is gone. */
function forgotten({ terminal }: Restore): UpdateOptions["onChange"] {
  return ({ op, done, type, urn }) => {
    if (op === "delete" && done)
      terminal.progress(`gone: ${describe({ op: "", type, urn }).trim()}`);
  };
}

function watched({ terminal, signal }: Restore): UpdateOptions {
  return {
    signal,
    onChange: (change) => {
      if (change.done || change.failed)
        terminal.progress(`${change.failed ? "failed to " : ""}${describe(change)}`);
    },
  };
}

async function look(
  { recorded, file, hosts, stack }: Restore,
  state: StackState,
): Promise<{ readonly loss: Loss; readonly probes: readonly Probe[] }> {
  const { context } = hosts;
  const probes = await probeControlPlanes(context);
  const hidden = await overlooked(context, state, probes);
  if (hidden.length > 0)
    throw refused(
      `${hidden.join(", ")}: vCenter has the VM still, but it is not known as a control plane of ${stack.name} (its name or guestinfo was changed): it may have the cluster's newest data. Put that right, or destroy it, then run again`,
    );
  const { clusterId } = recorded;
  try {
    return { loss: judgeLoss(probes, { clusterId, sha256: file.restoring.sha256 }), probes };
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error));
  }
}

function refuseInterrupted({ pendingOperations }: StackState, name: string): void {
  if (pendingOperations.length === 0) return;
  throw refused(
    `an update of ${name} was interrupted: run \`slipway recover ${name}\` first, then this command again. ` +
      "Its update ends where it needs the cluster, which is as it must be",
  );
}
