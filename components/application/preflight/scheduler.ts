import type { ComposeProject } from "../../spec";
import { platformLabel } from "../../../provider/sdk";
import { jobsThatRun } from "../jobs";
import type { SwarmFacts } from "./facts";
import type { Objection } from "./objection";

/** Jobs that are to run at times on a cluster that has nothing to start them. */
export function schedulerObjections(
  project: ComposeProject,
  { services }: Pick<SwarmFacts, "services">,
): Objection[] {
  const hasScheduler = services.some(({ labels }) => labels[platformLabel] === "scheduler");
  if (hasScheduler) return [];
  return jobsThatRun(project, "schedule").map(([name]) => ({
    path: ["x-slipway", "jobs", name, "schedule"],
    message:
      "needs a scheduler, and the cluster has none; add `platform: { scheduler: {} }` to its cluster.yml and run `pulumi up` there, or give the site's own swarm-cronjob the label slipway.platform=scheduler",
  }));
}
