import type { HolderState, JudgedLock } from "../pulumi/locks";
import type { OperationVerdict } from "./operations";
import type { OrphanVerdict } from "./orphans";

/** Everything that an interrupted update left, before anything is done about it. */
export interface Findings {
  /** `undefined` where the backend's locks cannot be seen. */
  readonly locks: readonly JudgedLock[] | undefined;
  readonly operations: readonly OperationVerdict[];
  readonly orphans: readonly ({ readonly name: string; readonly uuid: string } & OrphanVerdict)[];
  /** DRS rules that came of a pending creation. */
  readonly rules: readonly string[];
  /** VMs that the state still has and vCenter has no more. */
  readonly goneVms: readonly string[];
  /** Machines of whose generation an earlier version of Slipway has made a record for each: one for the pool takes their place. */
  readonly formerRecords: readonly string[];
  /** Replacements whose old part is still to be deleted, by machine or name: the update does that. */
  readonly unfinished: readonly string[];
}

/** Whether anything stands in the way of an update. */
export function isClean(findings: Findings): boolean {
  return (
    (findings.locks ?? []).length === 0 &&
    findings.operations.length === 0 &&
    findings.orphans.length === 0 &&
    findings.rules.length === 0 &&
    findings.goneVms.length === 0 &&
    findings.formerRecords.length === 0
  );
}

/** What must be decided by a person first; empty when recovery can go on. */
export function blockers(findings: Findings): readonly string[] {
  return [
    ...findings.operations
      .filter(({ action }) => action === "ask")
      .map(({ operation, why }) => `${operation}: ${why}`),
    ...findings.orphans
      .filter(({ action }) => action === "block")
      .map(({ name, why }) => `VM ${name}: ${why}`),
  ];
}

/** The findings for people. */
export function renderFindings(findings: Findings): readonly string[] {
  const lines: string[] = [];
  const section = (title: string, entries: readonly string[]) => {
    if (entries.length > 0) lines.push(title, ...entries.map((entry) => `  ${entry}`), "");
  };
  section(
    "Locks:",
    (findings.locks ?? []).map(
      ({ user, host, pid, since, state }) =>
        `${user}@${host}, process ${pid}, since ${since.toISOString()}: ${lockWords[state]}`,
    ),
  );
  section(
    "Interrupted operations:",
    findings.operations.map(({ operation, action, why }) => `${operation}: ${action}: ${why}`),
  );
  section(
    "VMs that the state does not know:",
    findings.orphans.map(({ name, uuid, action, why }) => `${name} (${uuid}): ${action}: ${why}`),
  );
  section(
    "Anti-affinity rules that the state does not know:",
    findings.rules.map((name) => `${name}: remove: the interrupted update made it`),
  );
  section(
    "VMs that are in the state and no more in vCenter:",
    findings.goneVms.map((name) => `${name}: forget: its deletion has happened`),
  );
  section(
    "Machines that an earlier version of Slipway has recorded each for itself:",
    findings.formerRecords.map((name) => `${name}: join: its pool has one record for all of them`),
  );
  section(
    "Replacements to be finished by the update:",
    findings.unfinished.map((name) => `${name}: its old part is still to be deleted`),
  );
  if (lines.length === 0) return ["Nothing was left behind."];
  return lines.slice(0, -1);
}

const lockWords: Readonly<Record<HolderState, string>> = {
  gone: "remove: the process has ended",
  running: "it is still running",
  unknown: "it is on another machine, and may still be running",
};
