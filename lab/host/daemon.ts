import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LabError } from "../errors";
import type { Layout } from "../layout";
import type { ControlGroup } from "./cgroups";
import { identify, isAlive, waitUntil, writePidFile } from "./process";

export interface Daemon {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Runs the program with mounts of its own, which end with it, and with empty folders over these. */
  readonly veiled?: readonly string[];
  /** Answers yes once the program serves. */
  readonly ready: () => boolean | Promise<boolean>;
  readonly timeoutMs: number;
}

export function pidFile(layout: Layout, name: string): string {
  return join(layout.run, `${name}.pid`);
}

export function logFile(layout: Layout, name: string): string {
  return join(layout.logs, `${name}.log`);
}

/** Starts a program that outlives us, in the lab's control group, and waits until it serves. */
export async function startDaemon(
  layout: Layout,
  group: ControlGroup,
  daemon: Daemon,
): Promise<void> {
  const log = logFile(layout, daemon.name);
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, "w");
  // The shell enters the group before the program can have children.
  const enter = ["/bin/sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', group.programs];
  const [shell = "", ...args] = [...enter, ...veil(daemon.veiled), daemon.command, ...daemon.args];
  const child = spawn(shell, args, {
    detached: true,
    stdio: ["ignore", output, output],
    env: daemon.env ?? process.env,
  });
  closeSync(output);
  const failed = new Promise<never>((_, reject) => {
    child.on("error", (error) => {
      reject(new LabError(`${daemon.name} could not be started: ${error.message}`));
    });
  });
  child.unref();
  const pid = child.pid;
  const identity = pid === undefined ? undefined : identify(pid);
  if (pid === undefined || identity === undefined) return failed;
  writePidFile(pidFile(layout, daemon.name), pid);
  const serving = waitUntil(
    async () => !isAlive(identity) || (await daemon.ready()),
    daemon.timeoutMs,
  );
  const inTime = await Promise.race([serving, failed]);
  if (!inTime || !isAlive(identity)) {
    const what = inTime ? "has ended" : `does not serve after ${String(daemon.timeoutMs / 1000)} s`;
    throw new LabError(`${daemon.name} ${what}. The end of ${log}:\n${lastLines(log, 15)}`);
  }
}

/** Words that run the command after them with mounts of its own. */
function veil(folders: readonly string[] | undefined): string[] {
  if (folders === undefined) return [];
  const script = `for folder in ${folders.join(" ")}; do mount -t tmpfs -o mode=755 tmpfs "$folder" || exit 1; done; exec "$@"`;
  return ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script, "veiled"];
}

function lastLines(path: string, count: number): string {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}
