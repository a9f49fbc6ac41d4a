import { jobKey, runOf, timeoutSeconds } from "../jobs";
import type { ComposeService, JobExtension } from "../../spec";
import { deployOf, replicasOf } from "../service";
import { dnsLabel, selectorLabels, workloadLabels } from "./names";
import { besideData, placement } from "./placement";
import { podTemplate } from "./pod";
import { cronTimes } from "./schedule";
import type { PlannedObject, ServiceContext } from "./types";

/** Digits of the run in a job's name. */
const runDigits = 8;
/** Longest name of a job's kind, before the run is added. */
const maxName = 50;
/**
 * Seconds after its time within which a run may still begin: enough for a control plane that is being upgraded. Later it is
 * left out, as on a Swarm: Kubernetes would make up for it in the morning, or as soon as the run before it ends.
 */
const latestStartSeconds = 300;

/** A service that runs to its end, once for each release. */
export function jobOfService(context: ServiceContext, after: readonly string[]): PlannedObject {
  const { service } = context;
  const isDeclared = service.deploy?.mode === "replicated-job";
  return job(context, context.key, context.name, timeoutSeconds({}), after, {
    ...(isDeclared && { completions: replicasOf(service), parallelism: replicasOf(service) }),
  });
}

/** A job of `x-slipway.jobs`, with all that its service is. */
export function deploymentJob(
  context: ServiceContext,
  name: string,
  extension: JobExtension,
  after: readonly string[],
): PlannedObject {
  const own = beside(context, name, extension);
  return job(own, own.key, own.name, timeoutSeconds(extension), after, {}, context.name);
}

/** A job of `x-slipway.jobs` that runs at times; never beside its own last run. */
export function cronJob(
  context: ServiceContext,
  name: string,
  extension: JobExtension,
  after: readonly string[],
): PlannedObject {
  const own = beside(context, name, extension);
  const { args, namespace } = context;
  return {
    key: `CronJob/${own.key}`,
    object: {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: own.name, namespace, labels: workloadLabels(args, own.name) },
      spec: {
        ...cronTimes(extension.schedule ?? ""),
        startingDeadlineSeconds: latestStartSeconds,
        concurrencyPolicy: "Forbid",
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          metadata: { labels: selectorLabels(args.application, own.name) },
          spec: jobSpec(own, timeoutSeconds(extension), {}, context.name),
        },
      },
    },
    after,
  };
}

/** The job's own context: its service's, under its own name. */
function beside(
  context: ServiceContext,
  name: string,
  { command }: Pick<JobExtension, "command">,
): ServiceContext {
  const service: ComposeService = { ...context.service, ...(command && { command }) };
  return { ...context, key: jobKey(name), name: jobName(name), service };
}

/** Name on the cluster of a job of `x-slipway.jobs`. */
export function jobName(name: string): string {
  return dnsLabel(jobKey(name), maxName);
}

/** A job can't be changed, and runs once for each release: its name has the release in it. */
function job(
  context: ServiceContext,
  key: string,
  name: string,
  timeout: number,
  after: readonly string[],
  spec: object,
  dataOf?: string,
): PlannedObject {
  const { args, namespace } = context;
  const run = runOf(args.plan).slice(0, runDigits);
  return {
    key: `Job/${key}`,
    object: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: {
        name: `${name}-${run}`,
        namespace,
        labels: workloadLabels(args, name),
        // A little more than the job has itself, so that it can tell its own end.
        annotations: { "pulumi.com/timeoutSeconds": String(Math.ceil(timeout) + 60) },
      },
      spec: jobSpec(context, timeout, spec, dataOf),
    },
    after,
  };
}

function jobSpec(
  context: ServiceContext,
  timeout: number,
  spec: object,
  dataOf: string | undefined,
): object {
  return {
    ...spec,
    backoffLimit: retries(context.service),
    activeDeadlineSeconds: Math.ceil(timeout),
    template: podTemplate(context, {
      isJob: true,
      placement: withData(context, dataOf),
    }),
  };
}

function withData(context: ServiceContext, dataOf: string | undefined): object {
  const placed: { readonly affinity?: object } = placement(context);
  const preferred = dataOf === undefined ? {} : besideData(context, dataOf);
  const affinity = { ...placed.affinity, ...preferred };
  return { ...placed, ...(Object.keys(affinity).length > 0 && { affinity }) };
}

/** A job is tried again only where the file says so. */
function retries(service: ComposeService): number {
  const policy = deployOf(service).restart_policy;
  return policy?.condition === "on-failure" ? (policy.max_attempts ?? 6) : 0;
}
