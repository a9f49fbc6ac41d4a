import { writeFile } from "node:fs/promises";
import path from "node:path";
import { busy, failed, refused } from "../exit";
import { interruptSignal } from "../interrupt";
import { machinesOf } from "../machines";
import { PulumiStack } from "../pulumi/stack";
import type { StackState } from "../pulumi/state";
import { isHalfRolled } from "../roll/addresses";
import { describe } from "../roll/foreseen";
import type { Terminal } from "../terminal";
import { cleanState } from "./cleanState";
import { joinRecords } from "./formerRecords";
import { blockers, isClean, renderFindings, type Findings } from "./findings";
import { knownUuids, lookAround, type Found } from "./lookAround";

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

function refuseToGoOn(findings: Findings, options: RecoverOptions): void {
  if (findings.locks === undefined && !options.breakLock) {
    throw busy(
      "this state backend does not show whether an update is running: when you are sure that none is, add --break-lock",
    );
  }
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
  const { operations, goneVms, formerRecords } = findings;
  if (operations.length + goneVms.length + formerRecords.length === 0) return undefined;
  const backup = path.join(stack.folder, `${stack.shortName}.before-recover-${stamp()}.json`);
  await writeFile(backup, exported, { mode: 0o600, flag: "wx" });
  terminal.progress(`state as it was: ${backup} (secrets in it are encrypted)`);
  const cleaned = cleanState(exported, vcenter?.goneVmIds ?? new Set());
  await stack.import(formerRecords.length > 0 ? joinRecords(cleaned) : cleaned);
  terminal.progress("state cleared");
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

function stamp(): string {
  return new Date().toISOString().replace(/[:.]/g, "-");
}
