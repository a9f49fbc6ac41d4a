import { jobServices, jobsThatRun, neededByJobs } from "../jobs";
import { autoscaler } from "./autoscale";
import { contextsOf } from "./contexts";
import { files } from "./files";
import { ingresses } from "./ingress";
import { cronJob, deploymentJob, jobOfService } from "./jobs";
import { namespace } from "./namespace";
import { networkPolicies } from "./networks";
import { aliasServices, ownServices } from "./services";
import type { KubernetesArgs, PlannedObject, ServiceContext } from "./types";
import { claims } from "./volumes";
import { disruptionBudget, workload } from "./workloads";

/**
 * An application as Kubernetes objects, in an order that can be made from top to bottom. Pure: the same release gives the
 * same objects. What the file asks for and Kubernetes can't do is told by `kubernetesFindings`, and left out here.
 */
export function kubernetesObjects(args: KubernetesArgs): readonly PlannedObject[] {
  const made = files(args);
  const contexts = contextsOf(args, made);
  const volumes = claims(args);
  const running = runningContexts(contexts, args);
  const around = [
    ...made.objects,
    ...volumes,
    ...networkPolicies(args),
    ...running.flatMap((context) => [...ownServices(context), ...disruptionBudget(context)]),
    ...aliasServices(running, args),
  ];
  const keepsData = volumes.some(({ isKept }) => isKept);
  const workloads = new Workloads(args, contexts, ["Namespace", ...around.map(({ key }) => key)]);
  return [
    namespace(args, keepsData),
    ...around,
    ...workloads.all(),
    ...running.flatMap((context) => [...autoscaler(context), ...ingresses(context)]),
  ];
}

/** Services that go on running, unlike those that run to their end. */
export function runningContexts(
  contexts: readonly ServiceContext[],
  { plan }: Pick<KubernetesArgs, "plan">,
): readonly ServiceContext[] {
  const jobs = jobServices(plan.project);
  return contexts.filter(({ key }) => !jobs.has(key));
}

/** What has pods, in the order of a deployment: as on Swarm. */
class Workloads {
  private readonly made = new Map<string, readonly PlannedObject[]>();
  private readonly byKey: ReadonlyMap<string, ServiceContext>;
  private readonly jobs: ReadonlySet<string>;

  constructor(
    private readonly args: KubernetesArgs,
    contexts: readonly ServiceContext[],
    private readonly first: readonly string[],
  ) {
    this.byKey = new Map(contexts.map((context) => [context.key, context]));
    this.jobs = jobServices(args.plan.project);
  }

  all(): readonly PlannedObject[] {
    const { project } = this.args.plan;
    // What a migration needs (its service's dependencies) stands before it; everything else waits for it.
    const needed = [...neededByJobs(project)].flatMap((key) => this.service(key, this.first));
    const before = this.deploymentJobs("before", [...this.first, ...needed]);
    const ready = [...this.first, ...before.map(({ key }) => key)];
    for (const key of Object.keys(project.services)) this.service(key, ready);
    const services = [...this.made.values()].flat();
    const after = this.deploymentJobs("after", [...this.first, ...services.map(({ key }) => key)]);
    const scheduled = jobsThatRun(project, "schedule").flatMap(([name, job]) => {
      const context = this.byKey.get(job.service);
      return context === undefined ? [] : [cronJob(context, name, job, this.first)];
    });
    const rest = services.filter(({ key }) => !needed.includes(key));
    return [
      ...services.filter(({ key }) => needed.includes(key)),
      ...before,
      ...rest,
      ...after,
      ...scheduled,
    ];
  }

  /** Makes a service after those that it depends on. @returns keys of what others that depend on it wait for. */
  private service(key: string, before: readonly string[]): readonly string[] {
    const known = this.made.get(key);
    if (known !== undefined) return known.map((one) => one.key);
    const context = this.byKey.get(key);
    if (context === undefined) return [];
    const dependencies = Object.keys(context.service.depends_on ?? {}).flatMap((other) =>
      this.service(other, before),
    );
    const after = [...new Set([...before, ...dependencies])];
    const made = [this.jobs.has(key) ? jobOfService(context, after) : workload(context, after)];
    this.made.set(key, made);
    return made.map((one) => one.key);
  }

  /** Jobs of `x-slipway.jobs`, one after the other in the order of the file. */
  private deploymentJobs(
    when: "before" | "after",
    after: readonly string[],
  ): readonly PlannedObject[] {
    const made: PlannedObject[] = [];
    for (const [name, job] of jobsThatRun(this.args.plan.project, when)) {
      const context = this.byKey.get(job.service);
      if (context === undefined) continue;
      made.push(deploymentJob(context, name, job, [...after, ...made.map(({ key }) => key)]));
    }
    return made;
  }
}
