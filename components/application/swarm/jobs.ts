import { createHash } from "node:crypto";
import { scheduledLabel } from "../../../provider/sdk";
import type { ComposeProject, ComposeService, JobExtension } from "../../spec";
import { omit } from "../omit";
import type { Plan } from "../plan";
import { nanoseconds } from "./quantities";
import { serviceSpec, type ServiceArgs } from "./serviceSpec";

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

/** A service as something that runs once, to its end: one task, no ports, no health check, no restarts unless a failure is to be tried again. */
export function jobSpec<Id>(args: ServiceArgs<Id>): Record<string, unknown> {
  const { project, key } = args;
  const service = project.services[key];
  if (service === undefined) throw new Error(`the project has no service ${key}`);
  const isDeclared = (service.deploy?.mode ?? "").endsWith("-job");
  const once: ComposeService = {
    ...omit(service, "ports"),
    // That of the image too: it asks for what the service is, and would end the job.
    healthcheck: { disable: true },
    deploy: {
      ...(service.deploy ?? { resources: {}, placement: {} }),
      ...(!isDeclared && { mode: "replicated-job", replicas: 1 }),
    },
  };
  const services = { ...project.services, [key]: once };
  const spec = serviceSpec({ ...args, project: { ...project, services } });
  return omit(spec, "UpdateConfig", "RollbackConfig");
}

/**
 * A job of `x-slipway.jobs`: what its service is, beside the service. It answers neither to the service's names nor to
 * the labels by which a proxy finds it, which would send it the service's requests.
 *
 * @param name of the job
 */
export function deploymentJobSpec<Id>(
  args: ServiceArgs<Id>,
  name: string,
  { command }: Pick<JobExtension, "command">,
): Record<string, unknown> {
  const { project, key } = args;
  const service = project.services[key];
  if (service === undefined) throw new Error(`the project has no service ${key}`);
  const beside: ComposeService = {
    ...service,
    ...(command && { command }),
    networks: Object.fromEntries(
      Object.entries(service.networks ?? {}).map(([network, attachment]) => [
        network,
        attachment && omit(attachment, "aliases"),
      ]),
    ),
    deploy: omit(service.deploy ?? { resources: {}, placement: {} }, "labels"),
  };
  const services = { ...project.services, [jobKey(name)]: beside };
  return jobSpec({ ...args, key: jobKey(name), project: { ...project, services } });
}

/** How a job of `x-slipway.jobs` is called among the services. */
export function jobKey(name: string): string {
  return `job-${name}`;
}

/**
 * A service that swarm-cronjob starts at its times, by labels of its own. No task runs until then, and one that has
 * ended is not started again before the next time.
 */
export function scheduledSpec<Id>(
  args: ServiceArgs<Id>,
  name: string,
  job: JobExtension,
): Record<string, unknown> {
  const { Labels, ...spec } = deploymentJobSpec(args, name, job);
  return {
    ...spec,
    Labels: {
      ...(Labels as Readonly<Record<string, string>>),
      [scheduledLabel]: "true",
      "swarm.cronjob.schedule": job.schedule ?? "",
      "swarm.cronjob.skip-running": "true",
    },
    Mode: { Replicated: { Replicas: 0 } },
  };
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
