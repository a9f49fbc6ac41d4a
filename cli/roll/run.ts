import { randomBytes } from "node:crypto";
import type { NodePoolSpec } from "../../components/spec";
import { clusterAccess, type ClusterAccess } from "../access";
import { CliError, exitCode, failed, refused } from "../exit";
import { interruptSignal } from "../interrupt";
import { machinesOf, nodesIn, poolOf } from "../machines";
import { wordsOf } from "../orchestratorWords";
import type { Change } from "../pulumi/events";
import { readLocks, refuseRunning } from "../pulumi/locks";
import { PulumiStack } from "../pulumi/stack";
import type { StackState } from "../pulumi/state";
import type { Terminal } from "../terminal";
import { openWatch, waitUntilWell, type ClusterWatch } from "./clusterWatch";
import { describe, foresee, type OtherChange } from "./foreseen";
import { planRoll, type RollPlan, type RollRequest, type RollStep } from "./plan";
import { renderPlan } from "./render";

export interface RollOptions extends RollRequest {
  readonly stack: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** Seconds that the cluster may take to be well again after a machine. */
  readonly healthTimeout: number;
}

/** How long a cluster that ought to be well before anything begins may take to show it, seconds. */
const firstLook = 30;

/** `slipway roll`: plan, ask, then replace one machine after the other, each only while the cluster is well. */
export async function runRoll(options: RollOptions, terminal: Terminal): Promise<void> {
  const signal = interruptSignal(terminal);
  const stack = await PulumiStack.open(options.stack);
  const access = await clusterAccess(stack);
  const state = await stack.state();
  await refuseInterrupted(state, stack);

  terminal.progress("previews what plain `pulumi up` would change");
  const foreseen = foresee(await stack.preview({ signal }));
  const plan = planRoll(options, {
    machines: machinesOf(state),
    changes: foreseen.changes,
    addresses: staticAddresses(access),
    isBoundToMachine:
      access.spec.orchestrator === "kubernetes" && access.spec.kubernetes.apiEndpoint === undefined,
  });
  if (plan.refusals.length > 0) throw refused(plan.refusals.join("\n"));
  refuseUnapplied(foreseen.others, plan, state, stack);

  for (const line of renderPlan(plan)) terminal.say(line);
  if (plan.steps.length === 0) {
    finishWithoutSteps(plan, terminal);
    return;
  }
  const watch = openWatch(access, terminal, signal);
  const { cluster } = wordsOf(access.spec);
  const roll: Roll = { stack, cluster, watch, state, options, terminal, signal };
  try {
    const before = await checkBeforehand(plan, roll);
    if (options.dryRun) {
      terminal.say("Nothing was changed (--dry-run).");
      terminal.result({ plan, rolled: [] });
      return;
    }
    if (!options.yes && !(await terminal.confirm("Replace them?"))) {
      throw refused("not confirmed; nothing was changed");
    }
    const rolled = await carryOut(plan, roll, before);
    terminal.progress(`done: ${rolled.join(", ")} replaced`);
    terminal.result({ plan, rolled });
  } finally {
    await watch.close();
  }
}

interface Roll {
  readonly stack: PulumiStack;
  /** What the cluster is called. */
  readonly cluster: string;
  readonly watch: ClusterWatch;
  readonly state: StackState;
  readonly options: RollOptions;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Asks the machines what only they know, before anything is changed: whether the cluster is well, and whether data
 * would be lost. The provider asks again when it takes a machine away; by then its successor would stand already.
 */
async function checkBeforehand(plan: RollPlan, roll: Roll): Promise<unknown> {
  const { watch, terminal, cluster } = roll;
  terminal.progress(`asks the ${cluster} how it is, and the machines for their volumes`);
  const before = await untilWell(roll, firstLook, undefined).catch((error: unknown) => {
    throw refused(
      `the ${cluster} is not well, so that no machine may be taken from it: ${text(error)}`,
    );
  });
  const objections = await Promise.all(
    plan.steps
      .filter(({ ephemeralVolumes }) => !ephemeralVolumes)
      .map(({ machine, fromUuid }) => watch.dataObjection(machine, fromUuid)),
  );
  const told = objections.filter((objection) => objection !== undefined);
  if (told.length > 0) throw refused(told.join("\n"));
  return before;
}

async function carryOut(plan: RollPlan, roll: Roll, before: unknown): Promise<readonly string[]> {
  const { terminal, options } = roll;
  const rolled: string[] = [];
  for (const step of plan.steps) {
    terminal.progress(`${step.machine}: ${step.fromVm} → ${step.toVm}`);
    try {
      await replace(step, roll);
      await untilWell(roll, options.healthTimeout, before);
    } catch (error) {
      throw stopped(error, step, rolled, roll);
    }
    rolled.push(step.machine);
  }
  return rolled;
}

async function replace(step: RollStep, { stack, terminal, signal }: Roll): Promise<void> {
  await stack.up({
    env: {
      SLIPWAY_ROLL: JSON.stringify({
        machine: step.machine,
        token: `${new Date().toISOString()}-${randomBytes(3).toString("hex")}`,
        address: step.address,
        ...(step.deleteFirst && { deleteFirst: true }),
      }),
    },
    // The record makes the next generation; in this run nothing depends on it, as the program sees to. Without the
    // VM's dependents it would go while its node is a member of the cluster still.
    target: [step.recordUrn, step.vmUrn],
    targetReplace: [step.vmUrn],
    onChange: (change) => {
      if (change.done || change.failed) terminal.progress(`${step.machine}: ${told(change)}`);
    },
    signal,
  });
}

function told(change: Change): string {
  return `${change.failed ? "failed to " : ""}${describe(change)}`;
}

async function untilWell(
  { watch, state, terminal, signal }: Roll,
  timeoutSeconds: number,
  before: unknown,
): Promise<unknown> {
  return waitUntilWell(watch, {
    expectedNodes: nodesIn(state),
    before,
    timeoutSeconds,
    signal,
    onProblems: (problems) => {
      terminal.progress(`waits: ${problems.join("; ")}`);
    },
  });
}

/** An update that was killed leaves things that only `recover` may judge. */
async function refuseInterrupted(state: StackState, stack: PulumiStack): Promise<void> {
  if (state.pendingOperations.length === 0) return;
  refuseRunning(stack.name, await readLocks(stack));
  throw refused(
    `an update of ${stack.name} was interrupted: run \`slipway recover ${stack.name}\` first, then this command again`,
  );
}

/**
 * Other changes than those of machine records are applied by plain `pulumi up`, before a roll: a targeted update
 * fails half way where it needs something new that is not among its targets. Updates of what belongs to a machine
 * that is replaced anyway (what its host must have) come with its replacement, and so does what an earlier, failed
 * roll of the same machine left undone.
 */
function refuseUnapplied(
  others: readonly OtherChange[],
  plan: RollPlan,
  state: StackState,
  stack: PulumiStack,
): void {
  const replaced = new Set(plan.steps.map(({ machine }) => machine));
  const again = new Set(
    machinesOf(state)
      .filter(({ name, unfinished }) => unfinished && replaced.has(name))
      .map(({ name }) => name),
  );
  const left = others.filter(({ machine, isUpdate, isRule }) =>
    machine === undefined
      ? !(isRule && isUpdate && again.size > 0)
      : !again.has(machine) && !(isUpdate && replaced.has(machine)),
  );
  if (left.length === 0) return;
  const shown = left.slice(0, 10).map(({ text: line }) => `  ${line}`);
  if (left.length > shown.length) shown.push(`  and ${left.length - shown.length} more`);
  throw refused(
    `${stack.name} has changes that are not applied yet: run \`pulumi up\` first, then this command again\n${shown.join("\n")}`,
  );
}

function finishWithoutSteps(plan: RollPlan, terminal: Terminal): void {
  if (plan.skipped.some(({ why }) => why.startsWith("stale"))) {
    throw refused(
      "every machine that is stale is of a pool with replace: never; --force replaces it all the same",
    );
  }
  terminal.say("Nothing to replace.");
  terminal.result({ plan, rolled: [] });
}

function staticAddresses({ spec }: ClusterAccess): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries<NodePoolSpec>(spec.nodePools).flatMap(([pool, { network }]) =>
      network === undefined ? [] : [[pool, network.addresses]],
    ),
  );
}

/** The first failure ends the roll, and says how to go on. */
function stopped(error: unknown, step: RollStep, rolled: readonly string[], roll: Roll): CliError {
  const { options } = roll;
  const target = options.target ?? poolOf(step.machine);
  const command = `slipway roll ${options.stack} ${target}${options.force ? " --force" : ""}`;
  const done = rolled.length === 0 ? "" : `${rolled.join(", ")} replaced before. `;
  const message =
    `${step.machine}: the roll stops here: ${text(error)}\n` +
    `${done}When the cause is cured: \`slipway recover ${options.stack}\` finishes or clears what was begun, ` +
    `then \`${command}\` goes on with those that are still stale.`;
  return error instanceof CliError && error.exit === exitCode.busy ? error : failed(message);
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
