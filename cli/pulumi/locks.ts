import { readdir, readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { busy } from "../exit";
import { mustPulumi } from "./cli";
import type { PulumiStack } from "./stack";

/** Who holds the lock of a Pulumi stack. */
export interface LockHolder {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly since: Date;
}

/** `gone`: it cannot be running any more. `running`: it is. `unknown`: it is on another machine. */
export type HolderState = "gone" | "running" | "unknown";

export interface JudgedLock extends LockHolder {
  readonly state: HolderState;
}

/** Locks of a state backend in a folder; `undefined` for other backends, whose locks only Pulumi can see. */
export async function readLocks(stack: PulumiStack): Promise<readonly JudgedLock[] | undefined> {
  const text = await mustPulumi(["whoami", "--verbose", "--json"], { cwd: stack.folder });
  const { url } = JSON.parse(text) as { readonly url?: string };
  if (url?.startsWith("file:") !== true) return undefined;
  const folder = path.join(backendFolder(url), ".pulumi", "locks");
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const own = files.filter(
    (file) => file.endsWith(".json") && path.basename(path.dirname(file)) === stack.shortName,
  );
  const locks = await Promise.all(
    own.map(async (file) => parseLock(await readFile(path.join(folder, file), "utf8"))),
  );
  return Promise.all(
    locks
      .filter((lock) => lock !== undefined)
      .map(async (lock) => ({ ...lock, state: await stateOf(lock) })),
  );
}

/** @throws when an update of the stack is running on this machine. */
export function refuseRunning(name: string, locks: readonly JudgedLock[] | undefined): void {
  const running = locks?.find(({ state }) => state === "running");
  if (running === undefined) return;
  throw busy(
    `an update of ${name} is running (${running.user}@${running.host}, process ${running.pid}): wait for it to end`,
  );
}

/** What the file backend writes into a lock. */
export function parseLock(text: string): LockHolder | undefined {
  const { pid, username, hostname, timestamp } = JSON.parse(text) as Record<string, unknown>;
  if (typeof pid !== "number" || typeof hostname !== "string" || typeof timestamp !== "string") {
    return undefined;
  }
  return {
    user: typeof username === "string" ? username : "?",
    host: hostname,
    pid,
    since: new Date(timestamp),
  };
}

/** Whether the process that took the lock can still be at work. */
export async function stateOf(holder: LockHolder): Promise<HolderState> {
  if (holder.host !== os.hostname()) return "unknown";
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "ESRCH" ? "gone" : "running";
  }
  // Numbers of processes are used again. Where the system tells what runs, it must be Pulumi.
  const command = await readFile(`/proc/${holder.pid}/comm`, "utf8").catch(() => "pulumi");
  const zombie = /^State:\s+Z/m.test(
    await readFile(`/proc/${holder.pid}/status`, "utf8").catch(() => ""),
  );
  return command.startsWith("pulumi") && !zombie ? "running" : "gone";
}

/** `file://~` and `file:///srv/state`, as Pulumi reads them. */
function backendFolder(url: string): string {
  const bare = url.split("?")[0] ?? url;
  if (bare.startsWith("file://~")) return path.join(os.homedir(), bare.slice("file://~".length));
  return bare.startsWith("file:///")
    ? fileURLToPath(bare)
    : path.resolve(bare.slice("file://".length));
}
