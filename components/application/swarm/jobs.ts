import { scheduledLabel } from "../../../provider/sdk";
import type { ComposeService, JobExtension } from "../../spec";
import { jobKey } from "../jobs";
import { omit } from "../omit";
import { serviceSpec, type ServiceArgs } from "./serviceSpec";

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
