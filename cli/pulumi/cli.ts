import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { failed } from "../exit";

export interface PulumiResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PulumiOptions {
  readonly cwd: string;
  /** Text for its standard input: the way for a state, which holds secrets. */
  readonly input?: string;
}

/** Runs the Pulumi CLI to its end, never interactively, and answers what came out. */
export async function runPulumi(
  args: readonly string[],
  options: PulumiOptions,
): Promise<PulumiResult> {
  const program = pulumiProgram();
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["--non-interactive", "--color", "never", ...args], {
      cwd: options.cwd,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    child.stdout.on("data", (chunk: Buffer) => chunks.stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.stderr.push(chunk));
    child.stdin.on("error", () => undefined); // it ended before it read everything: its exit code says why
    child.stdin.end(options.input ?? "");
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({
        code: code ?? 1,
        stdout: Buffer.concat(chunks.stdout).toString("utf8"),
        stderr: Buffer.concat(chunks.stderr).toString("utf8"),
      });
    });
  });
}

/** As `runPulumi`; an exit code other than 0 is an error with what Pulumi said. */
export async function mustPulumi(args: readonly string[], options: PulumiOptions): Promise<string> {
  const result = await runPulumi(args, options);
  if (result.code === 0) return result.stdout;
  throw failed(`pulumi ${args.slice(0, 2).join(" ")} failed: ${pulumiMessage(result)}`);
}

/** What Pulumi said, without its prefixes. */
export function pulumiMessage(result: Pick<PulumiResult, "stdout" | "stderr">): string {
  const text = result.stderr.trim() === "" ? result.stdout.trim() : result.stderr.trim();
  return text.replace(/^(error|warning): /gm, "");
}

/** The Pulumi CLI on the PATH. */
export function pulumiProgram(): string {
  const program = findOnPath("pulumi");
  if (program !== undefined) return program;
  throw failed(
    'pulumi is not on the PATH: run `make setup`, then load its environment (`eval "$(make -s env)"` for the lab)',
  );
}

/** Path of a program, as a shell would find it. */
export function findOnPath(program: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => path.join(folder, program))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
