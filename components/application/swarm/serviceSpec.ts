import type {
  ComposeDeploy,
  ComposeProject,
  ComposeService,
  ComposeUpdateConfig,
} from "../../spec";
import { stackLabels, type ApplicationNames } from "../names";
import type { PinnedImage } from "../digests";
import { containerSpec, type FileIds } from "./containerSpec";
import { nanoseconds } from "../quantities";
import { byName, canStartFirst, deployOf, limitsOf, replicasOf, reservationsOf } from "../service";

/** Ids in the Swarm of what a service refers to, by key in the file. Outputs of other resources, or the ids themselves. */
export interface References<Id> {
  readonly networks: ReadonlyMap<string, Id>;
  readonly configs: ReadonlyMap<string, FileIds<Id>>;
  readonly secrets: ReadonlyMap<string, FileIds<Id>>;
}

export interface ServiceArgs<Id> {
  readonly names: ApplicationNames;
  readonly project: ComposeProject;
  /** Key of the service in the file. */
  readonly key: string;
  readonly image: PinnedImage;
  readonly references: References<Id>;
  /** Labels that Slipway adds to the service (routes of the ingress). */
  readonly labels?: Readonly<Record<string, string>>;
  /** Ids of networks that Slipway adds to the service (the ingress network). */
  readonly extraNetworks?: readonly Id[];
}

/** Docker's own default for `update_config.monitor`, nanoseconds. */
const monitorNs = 5e9;
/** Docker's own default for `restart_policy.delay`, nanoseconds. */
const restartDelayNs = 5e9;

/**
 * A service of a Compose project as the Docker Engine API has it. The meaning of each field is that of
 * `docker stack deploy`, but for the default of `update_config.order`: where nothing stands against it, a new task is
 * healthy before its predecessor stops. Defaults are written out, so that a preview shows no change where nothing changed.
 */
export function serviceSpec<Id>(args: ServiceArgs<Id>): Record<string, unknown> {
  const { names, project, key, image, references, labels = {}, extraNetworks = [] } = args;
  const service = project.services[key];
  if (service === undefined) throw new Error(`the project has no service ${key}`);
  const deploy = deployOf(service);
  return {
    Labels: {
      ...deploy.labels,
      ...labels,
      ...stackLabels(names),
      "com.docker.stack.image": service.image ?? image.image,
    },
    TaskTemplate: {
      ContainerSpec: containerSpec({ names, project, service, image, references }),
      Resources: resources(service, deploy),
      RestartPolicy: restartPolicy(service, deploy),
      Placement: placement(deploy, image),
      Networks: [
        ...byName(service.networks).map(([network, attachment]) => ({
          Target: references.networks.get(network),
          Aliases: [key, ...(attachment?.aliases ?? [])],
          ...(attachment?.driver_opts && { DriverOpts: { ...attachment.driver_opts } }),
        })),
        ...extraNetworks.map((id) => ({ Target: id, Aliases: [names.service(key)] })),
      ],
      ...(service.logging && {
        LogDriver: {
          // Options alone are for the node's own driver.
          ...(service.logging.driver !== undefined && { Name: service.logging.driver }),
          Options: { ...service.logging.options },
        },
      }),
    },
    Mode: mode(service, deploy),
    UpdateConfig: updateConfig(deploy.update_config, canStartFirst(service, project)),
    RollbackConfig: updateConfig(deploy.rollback_config, canStartFirst(service, project)),
    EndpointSpec: {
      Mode: deploy.endpoint_mode ?? "vip",
      Ports: (service.ports ?? []).map(({ mode: publishMode, target, published, protocol }) => ({
        Protocol: protocol,
        TargetPort: target,
        ...(published !== undefined && { PublishedPort: Number(published) }),
        PublishMode: publishMode,
      })),
    },
  };
}

function mode(service: ComposeService, deploy: ComposeDeploy): object {
  const replicas = replicasOf(service);
  switch (deploy.mode ?? "replicated") {
    case "global":
      return { Global: {} };
    case "global-job":
      return { GlobalJob: {} };
    case "replicated-job":
      return { ReplicatedJob: { MaxConcurrent: replicas, TotalCompletions: replicas } };
    default:
      return { Replicated: { Replicas: replicas } };
  }
}

function updateConfig(config: ComposeUpdateConfig = {}, startFirst: boolean): object {
  return {
    Parallelism: config.parallelism ?? 1,
    Delay: nanoseconds(config.delay) ?? 0,
    FailureAction: config.failure_action ?? "pause",
    Monitor: nanoseconds(config.monitor) ?? monitorNs,
    MaxFailureRatio: config.max_failure_ratio ?? 0,
    Order: config.order ?? (startFirst ? "start-first" : "stop-first"),
  };
}

function resources(service: ComposeService, deploy: ComposeDeploy): object {
  const limits = limitsOf(service);
  const reservations = reservationsOf(service);
  const generic = deploy.resources.reservations?.generic_resources ?? [];
  return {
    Limits: amounts(limits, limits.pids),
    Reservations: {
      ...amounts(reservations),
      ...(generic.length > 0 && {
        GenericResources: generic.flatMap(({ discrete_resource_spec: spec }) =>
          spec === undefined
            ? []
            : [{ DiscreteResourceSpec: { Kind: spec.kind, Value: spec.value } }],
        ),
      }),
    },
  };
}

function amounts(
  { cpus, memoryBytes }: { readonly cpus?: number; readonly memoryBytes?: number },
  pids?: number,
): object {
  return {
    ...(cpus !== undefined && { NanoCPUs: Math.round(cpus * 1e9) }),
    ...(memoryBytes !== undefined && { MemoryBytes: memoryBytes }),
    ...(pids !== undefined && { Pids: pids }),
  };
}

/** `deploy.restart_policy`, or what `restart` means for a service. A job is started again only after a failure, and only where the file says so. */
function restartPolicy(service: ComposeService, deploy: ComposeDeploy): object {
  const policy = deploy.restart_policy;
  const [name, attempts] = (service.restart ?? "").split(":");
  const fromRestart = { no: "none", "on-failure": "on-failure" }[name ?? ""] ?? "any";
  const isJob = (deploy.mode ?? "").endsWith("-job");
  return {
    Condition: isJob
      ? policy?.condition === "on-failure"
        ? "on-failure"
        : "none"
      : (policy?.condition ?? fromRestart),
    Delay: nanoseconds(policy?.delay) ?? restartDelayNs,
    MaxAttempts: policy?.max_attempts ?? Number(attempts ?? 0),
    Window: nanoseconds(policy?.window) ?? 0,
  };
}

function placement({ placement: wanted }: ComposeDeploy, { platforms }: PinnedImage): object {
  return {
    Constraints: [...(wanted.constraints ?? [])],
    Preferences: (wanted.preferences ?? []).map(({ spread }) => ({
      Spread: { SpreadDescriptor: spread },
    })),
    ...(wanted.max_replicas_per_node !== undefined && {
      MaxReplicas: wanted.max_replicas_per_node,
    }),
    Platforms: platforms.map(({ os, architecture }) => ({ OS: os, Architecture: architecture })),
  };
}
