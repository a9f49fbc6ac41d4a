import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard output and standard error, in the order in which they came. */
  readonly output: string;
  readonly stdout: string;
  readonly seconds: number;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** File that keeps the output for whoever looks into a failure. */
  readonly log?: string;
  /** Seconds after which the whole process group is killed. Default 600. */
  readonly timeoutSeconds?: number;
}

/** A running command at the head of its own process group, so that all of it can be killed at once. */
export interface Running {
  readonly pid: number;
  /** When it has ended and its output is complete: what it has started may hold that open. */
  readonly done: Promise<Outcome>;
  /** When it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Resolves when the output is as expected; rejects when the command ends before. */
  seen(expected: (output: string) => boolean): Promise<void>;
}

export async function start(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<Running> {
  if (options.log !== undefined) await mkdir(path.dirname(options.log), { recursive: true });
  const log = options.log === undefined ? undefined : createWriteStream(options.log);
  const begin = Date.now();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  let stdout = "";
  const watchers = new Set<() => void>();
  const take = (isStdout: boolean) => (chunk: Buffer) => {
    const text = chunk.toString("utf8");
    output += text;
    if (isStdout) stdout += text;
    log?.write(text);
    for (const watcher of watchers) watcher();
  };
  child.stdout.on("data", take(true));
  child.stderr.on("data", take(false));
  const pid = child.pid;
  if (pid === undefined) {
    await new Promise((_, reject) => child.once("error", reject));
    throw new Error(`${command} did not start`);
  }
  const kill = () => {
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  const timer = setTimeout(kill, (options.timeoutSeconds ?? 600) * 1000);
  const done = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      log?.end();
      resolve({ code, signal, output, stdout, seconds: (Date.now() - begin) / 1000 });
    });
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => {
      resolve({ code, signal });
    });
  });
  const seen = (expected: (output: string) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (expected(output)) {
          watchers.delete(check);
          resolve();
        }
      };
      watchers.add(check);
      check();
      void ended.then(() => {
        check();
        reject(new Error(`${command} ended too early:\n${tail(output)}`));
      });
    });
  return { pid, done, ended, seen };
}

export async function run(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<Outcome> {
  return (await start(command, args, options)).done;
}

/** The last lines of an output, for a failure message. */
export function tail(output: string, lines = 40): string {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}
