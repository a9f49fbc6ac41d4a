import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { LabError } from "../errors";
import type { Layout } from "../layout";
import { readPidFile, writePidFile } from "./process";

/**
 * Lets one command at a time work on a lab. Two started in the very same moment are not told apart; two typed by people
 * or started by tests are.
 */
export async function exclusively(layout: Layout, work: () => Promise<void>): Promise<void> {
  const lock = `${layout.run}.lock`;
  const holder = readPidFile(lock);
  if (holder !== undefined) {
    throw new LabError(
      `Another command (process ${String(holder.pid)}) is standing the lab in ${layout.dir} up or taking it down. Wait for it, then try again.`,
    );
  }
  mkdirSync(dirname(lock), { recursive: true });
  writePidFile(lock, process.pid);
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}
