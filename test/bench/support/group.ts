import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import path from "node:path";

const root = "/sys/fs/cgroup";
const pageMiB = 4096 / 2 ** 20;

/** CPU seconds in what cgroup v2 says of a group (`cpu.stat`). */
export function secondsOfStat(text: string): number {
  const [, microseconds] = /^usage_usec (\d+)$/m.exec(text) ?? [];
  if (microseconds === undefined) throw new Error(`no usage_usec in ${JSON.stringify(text)}`);
  return Number(microseconds) / 1e6;
}

/** Resident memory in what the kernel says of a process (`/proc/<pid>/statm`), MiB. */
export function residentOfStatm(text: string): number {
  return Number(text.split(" ")[1] ?? 0) * pageMiB;
}

/** A control group that counts the CPU time of everything inside it: v1's cpuacct or v2's cpu.stat. Root only. */
export class Group {
  private static count = 0;
  private readonly folder: string;
  private readonly v1 = existsSync(path.join(root, "cpuacct"));

  constructor() {
    const name = `slipway-bench-${process.pid}-${Group.count++}`;
    this.folder = path.join(root, this.v1 ? "cpuacct" : "", name);
    mkdirSync(this.folder);
  }

  /** Whoever writes its process id into this file is in the group, with all that it starts. */
  get procsFile(): string {
    return path.join(this.folder, "cgroup.procs");
  }

  cpuSeconds(): number {
    return this.v1
      ? Number(readFileSync(path.join(this.folder, "cpuacct.usage"), "utf8")) / 1e9
      : secondsOfStat(readFileSync(path.join(this.folder, "cpu.stat"), "utf8"));
  }

  /** Sum of the resident sets of its processes, MiB. */
  residentMiB(): number {
    return this.members().reduce((sum, pid) => {
      try {
        return sum + residentOfStatm(readFileSync(`/proc/${pid}/statm`, "utf8"));
      } catch {
        // The process ended between the two reads: it holds no memory any more.
        return sum;
      }
    }, 0);
  }

  kill(): void {
    for (const pid of this.members()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  }

  /** Plugins may outlive their command by a moment, and a group with members can't be removed. */
  async remove(): Promise<void> {
    for (let tries = 0; this.members().length > 0; tries++) {
      if (tries === 50) this.kill();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    rmdirSync(this.folder);
  }

  private members(): number[] {
    return readFileSync(this.procsFile, "utf8").split("\n").filter(Boolean).map(Number);
  }
}
