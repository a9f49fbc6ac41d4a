import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A process that can be told from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in clock ticks since boot. */
  readonly started: string;
  /** Of which boot. */
  readonly boot: string;
}

/** When a process started, from the text of its `/proc/<pid>/stat`: the 22nd field, counted after the name, which may hold blanks. */
export function startTime(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    const started = startTime(stat);
    // A zombie has ended; only its parent has not noticed yet.
    const state = stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
    if (started === undefined || state === "Z") return undefined;
    return { pid, started, boot: bootId() };
  } catch {
    return undefined;
  }
}

export function isAlive(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now?.started === identity.started && now.boot === identity.boot;
}

export function writePidFile(path: string, pid: number): void {
  const identity = identify(pid);
  if (identity !== undefined) writeFileSync(path, `${JSON.stringify(identity)}\n`);
}

/** The process of a pid file, if it lives. */
export function readPidFile(path: string): ProcessIdentity | undefined {
  try {
    const identity = JSON.parse(readFileSync(path, "utf8")) as ProcessIdentity;
    return isAlive(identity) ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Ends the process of a pid file: asks, waits, then kills. */
export async function endProcess(path: string, graceMs: number): Promise<void> {
  const identity = readPidFile(path);
  if (identity !== undefined) {
    send(identity, "SIGTERM");
    if (!(await waitUntil(() => !isAlive(identity), graceMs))) {
      send(identity, "SIGKILL");
      await waitUntil(() => !isAlive(identity), 5000);
    }
  }
  rmSync(path, { force: true });
}

function send(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** Asks until the answer is yes or the time is over; tells which. */
export async function waitUntil(
  met: () => boolean | Promise<boolean>,
  timeoutMs: number,
  stepMs = 25,
): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await met()) return true;
    if (Date.now() >= end) return false;
    await sleep(stepMs);
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
