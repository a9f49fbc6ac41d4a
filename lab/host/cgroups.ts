import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { waitUntil } from "./process";

/**
 * Every process of a lab, its machines' included, is in a control group of the lab's own: that is how all of them are
 * found again, whoever their parent was and however the lab was killed.
 */
export interface ControlGroup {
  /** Path from the root of every hierarchy; the engine puts machines below it. */
  readonly path: string;
  /** Folder of the group that the lab's own programs are started in. */
  readonly programs: string;
}

/** Mount points of the control group hierarchies: one on version 2, one per controller on version 1. */
export function hierarchies(mountinfo: string): string[] {
  const found: string[] = [];
  for (const line of mountinfo.split("\n")) {
    const [before, after] = line.split(" - ");
    const mountPoint = before?.split(" ")[4];
    const type = after?.split(" ")[0];
    if (mountPoint !== undefined && (type === "cgroup" || type === "cgroup2")) {
      found.push(mountPoint);
    }
  }
  return found;
}

function hostHierarchies(): string[] {
  return hierarchies(readFileSync("/proc/self/mountinfo", "utf8"));
}

/** The hierarchy in which the lab's programs are: any will do, the one for process counts is on every host. */
export function programHierarchy(all: readonly string[]): string | undefined {
  return all.find((each) => each.endsWith("/pids")) ?? all[0];
}

export function createGroup(id: string): ControlGroup {
  const path = groupPath(id);
  const all = hostHierarchies();
  const hierarchy = programHierarchy(all);
  if (hierarchy === undefined) throw new Error("no control groups are mounted");
  const programs = join(hierarchy, path, "programs");
  mkdirSync(programs, { recursive: true });
  for (const each of all) weigh(each, join(each, path));
  return { path, programs };
}

/**
 * A lab stands for several machines, so it weighs as much as several commands: else a deployment or a compiler that runs
 * on this host, as it would not on a site's machines, would slow its machines down as if it ran on them.
 */
const weight = 8;
/** File that has a group's weight, and what a command has. */
const weightFiles = [
  ["cpu.shares", 1024],
  ["cpu.weight", 100],
] as const;

function weigh(hierarchy: string, folder: string): void {
  for (const [file, usual] of weightFiles) {
    // Version 1 has the file in the root too, version 2 in groups whose parent shares processors out.
    if (existsSync(join(hierarchy, file))) mkdirSync(folder, { recursive: true });
    if (existsSync(join(folder, file))) writeFileSync(join(folder, file), String(weight * usual));
  }
}

/** Groups of the lab that are there, as folders. */
export function groupFolders(id: string): string[] {
  return hostHierarchies()
    .map((hierarchy) => join(hierarchy, groupPath(id)))
    .filter((folder) => existsSync(folder));
}

/** Processes in the lab's groups. */
export function groupProcesses(id: string): number[] {
  const found = new Set<number>();
  for (const folder of groupFolders(id).flatMap(withChildren)) {
    for (const pid of processesOf(folder)) found.add(pid);
  }
  return [...found];
}

/** Kills every process of the lab's groups and removes the groups. */
export async function destroyGroup(id: string): Promise<boolean> {
  return waitUntil(() => {
    for (const pid of groupProcesses(id)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }
    for (const folder of groupFolders(id).flatMap(withChildren).reverse()) {
      try {
        rmdirSync(folder);
      } catch {
        // A process is still leaving it: the next round gets it.
      }
    }
    return groupFolders(id).length === 0;
  }, 20_000);
}

function groupPath(id: string): string {
  return `/slipway-${id}`;
}

/** The folder and all below it, parents first. */
function withChildren(folder: string): string[] {
  try {
    const children = readdirSync(folder, { withFileTypes: true }).filter((e) => e.isDirectory());
    return [folder, ...children.flatMap((child) => withChildren(join(folder, child.name)))];
  } catch {
    return [];
  }
}

function processesOf(folder: string): number[] {
  try {
    return readFileSync(join(folder, "cgroup.procs"), "utf8")
      .split("\n")
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}
