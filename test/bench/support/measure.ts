import { spawn } from "node:child_process";
import { Group } from "./group";

export interface Usage {
  /** Seconds from start to end. */
  readonly wall: number;
  /** CPU seconds of the command and of every process that it started, ended ones included. */
  readonly cpu: number;
  /** Largest sum of the resident sets of all its processes, MiB, sampled every 25 ms. */
  readonly peak: number;
}

/** No step of a benchmark takes longer, seconds. */
const patience = 1800;

/**
 * Runs a command to its end and says what it used. Root only: the command runs in a control group.
 * @throws when the command fails or does not end, with the end of its output.
 */
export async function measure(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Usage> {
  const group = new Group();
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, group.residentMiB());
  }, 25);
  const limit = setTimeout(() => {
    group.kill();
  }, patience * 1000);
  try {
    const begin = process.hrtime.bigint();
    const { code, output } = await run(group.procsFile, command, args, options);
    const wall = Number(process.hrtime.bigint() - begin) / 1e9;
    if (code !== 0) {
      const how = code === null ? "was ended" : `exited with ${code}`;
      throw new Error(
        `${command} ${args.join(" ")} ${how} after ${Math.round(wall)} s:\n${output}`,
      );
    }
    return { wall, cpu: group.cpuSeconds(), peak };
  } finally {
    clearInterval(sampler);
    clearTimeout(limit);
    await group.remove();
  }
}

/** Exit code and the last lines. The shell enters the group before it becomes the command, so that nothing is missed. */
async function run(
  procsFile: string,
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ code: number | null; output: string }> {
  const enter = ["-c", `echo $$ > "$0" && exec "$@"`, procsFile, command, ...args];
  const child = spawn("sh", enter, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const keepTail = (chunk: Buffer) => {
    output = (output + chunk.toString("utf8")).slice(-4000);
  };
  child.stdout.on("data", keepTail);
  child.stderr.on("data", keepTail);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, output };
}
