import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import path from "node:path";

export interface Usage {
  /** Seconds from start to end. */
  readonly wall: number;
  /** CPU seconds of the command and of every process that it started, ended ones included. */
  readonly cpu: number;
  /** Largest sum of the resident sets of all its processes, MiB, sampled every 100 ms. */
  readonly peak: number;
}

const root = "/sys/fs/cgroup";
const pageMiB = 4096 / 2 ** 20;

/** A control group that counts the CPU time of everything inside it: v1's cpuacct or v2's cpu.stat. */
class Group {
  private static count = 0;
  private readonly folder: string;
  private readonly v1 = existsSync(path.join(root, "cpuacct"));

  constructor() {
    const name = `slipway-bench-${process.pid}-${Group.count++}`;
    this.folder = path.join(root, this.v1 ? "cpuacct" : "", name);
    mkdirSync(this.folder);
  }

  get procsFile(): string {
    return path.join(this.folder, "cgroup.procs");
  }

  cpuSeconds(): number {
    if (this.v1) return Number(readFileSync(path.join(this.folder, "cpuacct.usage"), "utf8")) / 1e9;
    const stat = readFileSync(path.join(this.folder, "cpu.stat"), "utf8");
    return Number(/usage_usec (\d+)/.exec(stat)?.[1] ?? 0) / 1e6;
  }

  residentMiB(): number {
    let pages = 0;
    for (const pid of readFileSync(this.procsFile, "utf8").split("\n")) {
      if (pid === "") continue;
      try {
        pages += Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
      } catch {
        // The process ended between the two reads: it holds no memory any more.
      }
    }
    return pages * pageMiB;
  }

  remove(): void {
    rmdirSync(this.folder);
  }
}

/**
 * Runs a command to its end and says what it used. Root only: the command runs in a control group.
 * @throws when the command fails, with the end of its output.
 */
export async function measure(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Usage> {
  const group = new Group();
  const begin = process.hrtime.bigint();
  // The shell enters the group before it becomes the command, so that nothing is missed.
  const child = spawn(
    "sh",
    ["-c", `echo $$ > "$0" && exec "$@"`, group.procsFile, command, ...args],
    {
      ...options,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  const keepTail = (chunk: Buffer) => {
    output = (output + chunk.toString("utf8")).slice(-4000);
  };
  child.stdout.on("data", keepTail);
  child.stderr.on("data", keepTail);
  let peakMiB = 0;
  const sampler = setInterval(() => {
    peakMiB = Math.max(peakMiB, group.residentMiB());
  }, 100);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => {
    clearInterval(sampler);
  });
  const wall = Number(process.hrtime.bigint() - begin) / 1e9;
  const cpu = group.cpuSeconds();
  await emptied(group);
  if (code !== 0)
    throw new Error(`${command} ${args.join(" ")} exited with ${String(code)}:\n${output}`);
  return { wall, cpu, peak: peakMiB };
}

/** Plugins may outlive the command by a moment; a group with members cannot be removed. */
async function emptied(group: Group): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    if (readFileSync(group.procsFile, "utf8") === "") {
      group.remove();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
