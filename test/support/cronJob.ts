import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesCluster } from "./kubernetesCluster";

/** How long a job that is due every minute may take to have run, ms. */
const patience = 240_000;

interface Job {
  readonly metadata: {
    readonly name: string;
    readonly ownerReferences?: readonly { readonly name: string }[];
  };
  readonly status?: { readonly succeeded?: number };
}

/** Waits until a CronJob has run to its end, and answers what each run that is kept has said. */
export async function jobRuns(
  cluster: KubernetesCluster,
  namespace: string,
  name: string,
): Promise<readonly string[]> {
  const place = `--namespace=${namespace}`;
  const until = Date.now() + patience;
  for (;;) {
    const { items } = await cluster.get<{ items: readonly Job[] }>("jobs", place);
    const ended = items.filter(
      ({ metadata, status }) =>
        metadata.ownerReferences?.[0]?.name === name && status?.succeeded === 1,
    );
    if (ended.length > 0)
      return Promise.all(
        ended.map(({ metadata }) => cluster.kubectl("logs", `job/${metadata.name}`, place)),
      );
    if (Date.now() > until) throw new Error(`${name} has not run in ${patience / 1000} s`);
    await pause(1000);
  }
}
