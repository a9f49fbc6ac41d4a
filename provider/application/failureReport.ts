import type { Context } from "../server/handler";
import { lastLines, nodeNames } from "./api";
import { failedTasks } from "./judge";
import type { LiveTask } from "./types";

/** How many failed tasks are told, and how many of each one's last lines. */
const told = { tasks: 2, lines: 10 } as const;

/**
 * Why tasks of a rollout failed: where each ran, what the engine says, and its last log lines.
 * Empty when none failed, or when nothing more can be found out.
 */
export async function failureReport(
  context: Context,
  name: string,
  tasks: readonly LiveTask[],
  before: ReadonlySet<string>,
): Promise<string> {
  const failed = failedTasks(tasks, before).slice(0, told.tasks);
  if (failed.length === 0) return "";
  const nodes = await nodeNames(context).catch(() => new Map<string, string>());
  const parts = failed.map(async (task) => {
    const lines = await lastLines(context, task.ID, told.lines).catch(() => []);
    return [describeTask(name, task, nodes), ...lines.map((line) => `    | ${line}`)].join("\n");
  });
  return (await Promise.all(parts)).join("\n");
}

function describeTask(
  name: string,
  { Slot, NodeID = "", Status }: LiveTask,
  nodes: ReadonlyMap<string, string>,
): string {
  const task = Slot === undefined ? name : `${name}.${Slot}`;
  const node = nodes.get(NodeID);
  const where = node === undefined ? "" : ` on ${node}`;
  return `  task ${task}${where}: ${Status.State}${Status.Err === undefined ? "" : `: ${Status.Err}`}`;
}
