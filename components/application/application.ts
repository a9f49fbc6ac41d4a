import * as pulumi from "@pulumi/pulumi";
import {
  SwarmConfig,
  SwarmJob,
  SwarmNetwork,
  SwarmSecret,
  SwarmService,
  type SwarmServiceInputs,
} from "../../provider/sdk";
import type { ComposeService } from "../spec";
import type { PinnedImage } from "./digests";
import { configFiles, secretFiles, type SwarmFile } from "./files";
import { jobKey, jobServices, jobsThatRun, neededByJobs, runOf, timeoutSeconds } from "./jobs";
import type { ApplicationNames } from "./names";
import type { Plan } from "./plan";
import { deploymentJobSpec, jobSpec, scheduledSpec } from "./swarm/jobs";
import { swarmNetwork } from "./swarm/networks";
import { serviceSpec, type References, type ServiceArgs } from "./swarm/serviceSpec";

export interface ApplicationArgs {
  readonly names: ApplicationNames;
  readonly plan: Plan;
  /** Secret that names of secrets are salted with. */
  readonly salt: string;
  /** Ids of networks that exist already, by key in the file. */
  readonly externalNetworks: ReadonlyMap<string, string>;
  /** Ids of configs and secrets that exist already, by name in the cluster. */
  readonly externalFiles: {
    readonly configs: ReadonlyMap<string, string>;
    readonly secrets: ReadonlyMap<string, string>;
  };
  /** The cluster wants every overlay network encrypted. Default false. */
  readonly encryptOverlays?: boolean;
  /** What the cluster's ingress adds to services with `x-slipway.ingress`. */
  readonly ingress?: IngressAttachment;
  /** What the cluster's monitoring adds to services. */
  readonly monitoring?: MonitoringAttachment;
}

/** How services get requests through the cluster's ingress. */
export interface IngressAttachment {
  readonly networkId: string;
  /** How long it may take until the ingress knows of a new service or of changed labels, seconds. */
  readonly discoverySeconds: number;
  /** Labels by which the ingress knows the routes of a service. */
  labelsFor(key: string, service: ComposeService): Readonly<Record<string, string>>;
}

/** How the cluster's monitoring learns of services. */
export interface MonitoringAttachment {
  /** Network on which metrics are read. */
  readonly networkId: string;
  /** Whether the service has metrics. */
  isScraped(service: ComposeService): boolean;
  /** Owner, objectives and probes of a service. @param routes labels by which the ingress knows it */
  labelsFor(
    service: ComposeService,
    routes: Readonly<Record<string, string>>,
  ): Readonly<Record<string, string>>;
}

/** How long a rollout may go without progress, image pull included, seconds. */
const progressDeadlineSeconds = 300;

type Reference = pulumi.Input<string>;

/**
 * An application on a Swarm: its networks, configs, secrets, jobs and services, named and labelled as
 * `docker stack deploy` does it. Takes the provider `slipway`, connected to the cluster's Docker API, from its options.
 */
export class Application extends pulumi.ComponentResource {
  /** Names of the services in the Swarm. */
  readonly services: readonly string[];
  /** Resolves when every service runs what it should, and every job is done. */
  readonly completed: pulumi.Output<void>;

  private readonly resources = new Map<string, pulumi.CustomResource>();
  private readonly references: References<Reference>;
  private readonly jobs: ReadonlySet<string>;

  constructor(
    name: string,
    private readonly args: ApplicationArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:application:Application", name, {}, opts);
    const { names, plan, salt } = args;
    const { project } = plan;
    this.references = {
      networks: this.networks(),
      configs: this.files(SwarmConfig, configFiles(project, plan, names), "configs"),
      secrets: this.files(SwarmSecret, secretFiles(project, plan, names, salt), "secrets"),
    };
    this.jobs = jobServices(project);
    // What a migration needs (its service's dependencies) stands before it; everything else waits for it.
    const needed = [...neededByJobs(project)].map((key) => this.service(key, []));
    const before = this.deploymentJobs("before", needed);
    for (const key of Object.keys(project.services)) this.service(key, before);
    const after = this.deploymentJobs("after", [...this.resources.values()]);
    this.scheduledJobs();
    this.completed = pulumi
      .all([...this.resources.values(), ...after].map(({ id }) => id))
      .apply(() => undefined);
    this.services = Object.keys(project.services).map((key) => names.service(key));
    this.registerOutputs();
  }

  /** Ids by key in the file. What no service uses is not made, as with `docker stack deploy`. */
  private networks(): ReadonlyMap<string, Reference> {
    const { names, plan, externalNetworks, encryptOverlays = false } = this.args;
    const { services, networks = {} } = plan.project;
    const used = new Set(
      Object.values(services).flatMap((service) => Object.keys(service.networks ?? {})),
    );
    const ids = new Map<string, Reference>(externalNetworks);
    for (const [key, network] of Object.entries(networks)) {
      if (network.external || !used.has(key)) continue;
      const made = new SwarmNetwork(
        `${names.application}-${key}`,
        swarmNetwork(network, names, encryptOverlays),
        { parent: this },
      );
      ids.set(key, made.networkId);
    }
    return ids;
  }

  private files(
    Made: typeof SwarmConfig | typeof SwarmSecret,
    files: readonly SwarmFile[],
    kind: "configs" | "secrets",
  ): References<Reference>["configs"] {
    const { names, plan, externalFiles } = this.args;
    const ids = new Map<string, { id: Reference; name: string }>();
    for (const [key, { external, name }] of Object.entries(plan.project[kind] ?? {})) {
      const id = external && externalFiles[kind].get(name);
      if (id) ids.set(key, { id, name });
    }
    for (const { key, name, labels, data, templateDriver } of files) {
      const made = new Made(
        `${names.application}-${key}`,
        { name, labels, data, ...(templateDriver !== undefined && { templateDriver }) },
        { parent: this },
      );
      ids.set(key, { id: made.fileId, name });
    }
    return ids;
  }

  /** A service after those that it depends on: an update waits until they run what they should, and are healthy. */
  private service(key: string, before: readonly pulumi.Resource[]): pulumi.CustomResource {
    const known = this.resources.get(key);
    if (known !== undefined) return known;
    const { plan, ingress, monitoring } = this.args;
    const service = plan.project.services[key];
    if (service === undefined) throw new Error(`the project has no service ${key}`);
    const dependencies = Object.keys(service.depends_on ?? {})
      .filter((other) => plan.project.services[other] !== undefined)
      .map((other) => this.service(other, before));
    const options = { parent: this, dependsOn: [...before, ...dependencies] };
    const common = this.argsOf(key, service);
    const routed = ingress !== undefined && (service["x-slipway"]?.ingress ?? []).length > 0;
    const routes = routed ? ingress.labelsFor(key, service) : {};
    const isScraped = monitoring?.isScraped(service) === true;
    const resource = this.jobs.has(key)
      ? this.job(key, jobSpec(common), timeoutSeconds({}), options)
      : this.swarmService(
          key,
          serviceSpec({
            ...common,
            labels: { ...routes, ...monitoring?.labelsFor(service, routes) },
            extraNetworks: [
              ...(routed ? [ingress.networkId] : []),
              ...(isScraped ? [monitoring.networkId] : []),
            ],
          }),
          {
            onFailure: plan.project["x-slipway"]?.rollback === "pause" ? "pause" : "rollback",
            ...(routed && { discoverySeconds: ingress.discoverySeconds }),
          },
          options,
        );
    this.resources.set(key, resource);
    return resource;
  }

  /** Jobs of `x-slipway.jobs`, one after the other in the order of the file. */
  private deploymentJobs(
    when: "before" | "after",
    after: readonly pulumi.Resource[],
  ): readonly pulumi.CustomResource[] {
    const { plan } = this.args;
    const made: pulumi.CustomResource[] = [];
    for (const [name, job] of jobsThatRun(plan.project, when)) {
      const service = plan.project.services[job.service];
      if (service === undefined) continue;
      const spec = deploymentJobSpec(this.argsOf(job.service, service), name, job);
      const options = { parent: this, dependsOn: [...after, ...made] };
      made.push(this.job(jobKey(name), spec, timeoutSeconds(job), options));
    }
    return made;
  }

  /** Jobs that run at times: the cluster's scheduler starts them. */
  private scheduledJobs(): void {
    const { plan } = this.args;
    for (const [name, job] of jobsThatRun(plan.project, "schedule")) {
      const service = plan.project.services[job.service];
      if (service === undefined) continue;
      const key = jobKey(name);
      const spec = scheduledSpec(this.argsOf(job.service, service), name, job);
      this.resources.set(
        key,
        this.swarmService(key, spec, { onFailure: "rollback" }, { parent: this }),
      );
    }
  }

  private argsOf(key: string, service: ComposeService): ServiceArgs<Reference> {
    const { names, plan } = this.args;
    const image = this.imageOf(service);
    return { names, project: plan.project, key, image, references: this.references };
  }

  private swarmService(
    key: string,
    spec: Record<string, unknown>,
    rollout: Pick<SwarmServiceInputs, "onFailure" | "discoverySeconds">,
    options: pulumi.CustomResourceOptions,
  ): SwarmService {
    const { names } = this.args;
    return new SwarmService(
      `${names.application}-${key}`,
      { name: names.service(key), spec, progressDeadlineSeconds, ...rollout },
      options,
    );
  }

  private job(
    key: string,
    spec: Record<string, unknown>,
    timeout: number,
    options: pulumi.CustomResourceOptions,
  ): SwarmJob {
    const { names, plan } = this.args;
    return new SwarmJob(
      `${names.application}-${key}`,
      { name: names.service(key), spec, timeoutSeconds: timeout, run: runOf(plan) },
      options,
    );
  }

  private imageOf({ image = "" }: ComposeService): PinnedImage {
    return this.args.plan.images[image] ?? { image, platforms: [] };
  }
}
