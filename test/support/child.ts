import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Ends a process of a test, and waits until it has ended. Nothing where there is none, or no more. */
export async function endChild(
  child: ChildProcess | undefined,
  signal: NodeJS.Signals = "SIGTERM",
): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}
