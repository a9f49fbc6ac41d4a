import type { ComposeProject } from "../../spec";
import { platformLabel } from "../../../provider/sdk";
import { jobsThatRun } from "../swarm/jobs";
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
      "needs a scheduler, which this cluster does not have; add `platform: { scheduler: {} }` to its cluster.yml",
  }));
}
