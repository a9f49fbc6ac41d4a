import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { callEngine, callEngineRaw } from "../../provider/swarm/engineApi";

/** How long a job that is due a few times a minute may take to have run a few times, ms. */
const patience = 240_000;

interface Run {
  readonly ID: string;
  readonly Status: { readonly State: string; readonly Err?: string };
}

/** Waits until a job has run to its end so many times, and answers what each run has said. */
export async function saidByRuns(
  docker: Docker,
  service: string,
  count: number,
): Promise<readonly string[]> {
  const until = Date.now() + patience;
  for (;;) {
    const query = { filters: JSON.stringify({ service: [service] }) };
    const runs = (await callEngine(docker, { method: "GET", path: "/tasks", query })) as Run[];
    const ended = runs.filter(({ Status }) => Status.State === "complete");
    if (ended.length >= count) return Promise.all(ended.map(({ ID }) => logOf(docker, ID)));
    if (Date.now() > until) {
      const states = runs.map(({ Status }) => `${Status.State} ${Status.Err ?? ""}`.trim());
      throw new Error(
        `${service} has run to its end ${ended.length} times in ${patience / 1000} s, not ${count}; its tasks: ${states.join(", ") || "none"}`,
      );
    }
    await pause(500);
  }
}

async function logOf(docker: Docker, task: string): Promise<string> {
  const query = { stdout: true, stderr: true };
  const call = { method: "GET", path: `/tasks/${task}/logs`, query } as const;
  return (await callEngineRaw(docker, call)).toString("utf8");
}
