import { createHash } from "node:crypto";
import type { ComposeProject, JobExtension } from "../spec";
import type { Plan } from "./plan";
import { nanoseconds } from "./quantities";

/** How long a job may take that says nothing of it, seconds. */
const defaultTimeoutSeconds = 600;

/** Jobs of the application that run before or after a deployment, or at times, by name. */
export function jobsThatRun(
  project: ComposeProject,
  when: JobExtension["when"],
): readonly (readonly [string, JobExtension])[] {
  return Object.entries(project["x-slipway"]?.jobs ?? {}).filter(([, job]) => job.when === when);
}

/** Services that the services of `before` jobs depend on, directly or not. */
export function neededByJobs(project: ComposeProject): ReadonlySet<string> {
  const needed = new Set<string>();
  const add = (key: string) => {
    for (const dependency of Object.keys(project.services[key]?.depends_on ?? {})) {
      if (needed.has(dependency) || project.services[dependency] === undefined) continue;
      needed.add(dependency);
      add(dependency);
    }
  };
  for (const [, { service }] of jobsThatRun(project, "before")) add(service);
  return needed;
}

/** Services that run to their end, as others wait for (`service_completed_successfully`) or the file says (`mode`). */
export function jobServices(project: ComposeProject): ReadonlySet<string> {
  const waitedFor = Object.values(project.services).flatMap(({ depends_on: dependencies = {} }) =>
    Object.entries(dependencies)
      .filter(([, { condition }]) => condition === "service_completed_successfully")
      .map(([key]) => key),
  );
  const declared = Object.entries(project.services)
    .filter(([, { deploy }]) => (deploy?.mode ?? "").endsWith("-job"))
    .map(([key]) => key);
  return new Set([...waitedFor, ...declared]);
}

/** How a job of `x-slipway.jobs` is called among the services. */
export function jobKey(name: string): string {
  return `job-${name}`;
}

export function timeoutSeconds({ timeout }: Pick<JobExtension, "timeout">): number {
  const limit = nanoseconds(timeout);
  return limit === undefined ? defaultTimeoutSeconds : limit / 1e9;
}

/** Changes with each release: a job runs once for every one. */
export function runOf(plan: Plan): string {
  const { applicationVersion, environmentVersion = "", environmentHash } = plan;
  const images = Object.values(plan.images).map(({ image }) => image);
  const text = JSON.stringify([
    applicationVersion,
    environmentVersion,
    environmentHash,
    images.sort(),
  ]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
