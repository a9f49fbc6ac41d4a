import { mkdir, open, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { busy, CliError } from "../../exit";
import { writePrivateFile } from "../privateFile";
import type { KubeconfigEntry } from "./entry";
import { mergeKubeconfig, type Merged } from "./merge";

/** How long another program may hold the file, milliseconds, and how often it is asked for. */
const lockPatience = 5000;
const pause = 100;

/** The file that kubectl reads first. */
export function defaultKubeconfig(env: NodeJS.ProcessEnv = process.env): string {
  const [first] = (env.KUBECONFIG ?? "").split(path.delimiter).filter((one) => one !== "");
  return first ?? path.join(os.homedir(), ".kube", "config");
}

/** Merges a cluster into a kubeconfig on this machine, which nobody but its owner can read then. */
export async function writeKubeconfig(file: string, entry: KubeconfigEntry): Promise<Merged> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true, mode: 0o700 });
  return locked(file, async () => {
    const merged = mergeInto(file, await contentOf(file), entry);
    await writePrivateFile(file, (handle) => handle.writeFile(merged.text));
    return merged;
  });
}

function mergeInto(file: string, existing: string | undefined, entry: KubeconfigEntry): Merged {
  try {
    return mergeKubeconfig(existing, entry);
  } catch (error) {
    throw error instanceof CliError ? new CliError(error.exit, `${file}: ${error.message}`) : error;
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** kubectl's own way to keep two writers apart: a file beside it that only one of them can make. */
async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path.resolve(file)}.lock`;
  const deadline = performance.now() + lockPatience;
  for (;;) {
    try {
      await (await open(lock, "wx", 0)).close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (performance.now() > deadline)
      throw busy(
        `${lock} is there: another program changes the kubeconfig. If none does, delete that file`,
      );
    await sleep(pause);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}
