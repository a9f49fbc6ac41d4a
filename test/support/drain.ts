import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { callEngine } from "../../provider/swarm/engineApi";
import type { ListedNode } from "./swarm";

/** How long the tasks of a node may take to move, ms. */
const patience = 180_000;

/** Drains a node, as an operator would, and waits until as many tasks as before run, none of them on it. */
export async function drain(docker: Docker, hostname: string): Promise<void> {
  const before = await dueTasks(docker);
  const node = await setAvailability(docker, hostname, "drain");
  const moved = before.filter(({ NodeID }) => NodeID === node).map(({ ID }) => ID);
  if (moved.length === 0) throw new Error(`no task runs on ${hostname}: draining it shows nothing`);
  const until = Date.now() + patience;
  for (;;) {
    const running = (await dueTasks(docker)).filter(({ Status }) => Status.State === "running");
    const left = running.filter(({ ID, NodeID }) => moved.includes(ID) || NodeID === node);
    if (left.length === 0 && running.length >= before.length) return;
    if (Date.now() > until) {
      throw new Error(
        `${hostname}: after 3 minutes ${left.length} tasks are on it, and ${running.length} of ${before.length} run`,
      );
    }
    await pause(500);
  }
}

/** @returns the node's id */
export async function setAvailability(
  docker: Docker,
  hostname: string,
  availability: "active" | "drain",
): Promise<string> {
  const nodes = (await callEngine(docker, { method: "GET", path: "/nodes" })) as (ListedNode & {
    readonly Version: { readonly Index: number };
  })[];
  const node = nodes.find(({ Description }) => Description.Hostname === hostname);
  if (node === undefined) throw new Error(`the Swarm has no node ${hostname}`);
  await callEngine(docker, {
    method: "POST",
    path: `/nodes/${node.ID}/update`,
    query: { version: node.Version.Index },
    body: { ...node.Spec, Availability: availability },
  });
  return node.ID;
}

interface DueTask {
  readonly ID: string;
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly Status: { readonly State: string };
}

/** Tasks of services with replicas that are to run. */
async function dueTasks(docker: Docker): Promise<readonly DueTask[]> {
  const query = { filters: JSON.stringify({ "desired-state": ["running"] }) };
  const tasks = (await callEngine(docker, { method: "GET", path: "/tasks", query })) as (DueTask & {
    readonly Slot?: number;
  })[];
  return tasks.filter(({ Slot }) => Slot !== undefined);
}
