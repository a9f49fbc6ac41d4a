import { platformLabel } from "../../provider/sdk/ownership";
import type { SchedulerSpec } from "../spec";
import { api, filterFile, filterService } from "../platform/apiFilter";
import { imageName } from "../platform/images";
import {
  container,
  memory,
  platformFile,
  platformNetwork,
  second,
  service,
  type FileIds,
  type PlatformFile,
  type PlatformNetwork,
  type ServicePlan,
} from "../platform/parts";
import { haproxyConfiguration } from "./apiFilter";
import { schedulerImages } from "./images";
import { namespace, network, services } from "./names";

/** @param encrypted the cluster wants every overlay so */
export function schedulerNetwork(encrypted: boolean): PlatformNetwork {
  return platformNetwork(namespace, network, { encrypted, internal: true });
}

export function schedulerConfig(): PlatformFile {
  return platformFile(namespace, filterFile, haproxyConfiguration());
}

/** Left to the Go runtime of swarm-cronjob's limit before it collects harder: the rest is stacks and buffers. */
const memoryMiB = { limit: 128, heap: 110, reserved: 32 } as const;

export interface ServiceSettings {
  readonly spec: SchedulerSpec;
  /** Registry prefix under which the site mirrors images. */
  readonly mirror?: string;
}

/** Ids in the Swarm of what the services refer to; outputs of other resources, or the ids themselves. */
export interface SchedulerIds<Id> {
  readonly network: Id;
  readonly files: FileIds<Id>;
}

/** The services: the filter first, which the other one asks. */
export function schedulerServices<Id>(
  settings: ServiceSettings,
  ids: SchedulerIds<Id>,
): { readonly api: ServicePlan; readonly cronjob: ServicePlan } {
  const { spec, mirror } = settings;
  const filter = filterService(namespace, { image: spec.apiFilterImage, mirror }, ids);
  return {
    api: { name: services.api, spec: filter },
    cronjob: { name: services.cronjob, spec: cronjobService(settings, ids) },
  };
}

/**
 * One swarm-cronjob, as two would start every job twice: its old task goes before the new one comes. It has no health
 * check, as the program has nothing that could be asked: it ends when it loses the Swarm's API, and is started again.
 */
function cronjobService<Id>(
  { spec, mirror }: ServiceSettings,
  { network: joined }: Omit<SchedulerIds<Id>, "files">,
) {
  const image = imageName(schedulerImages.swarmCronjob, { own: spec.image, mirror });
  const user = "65534";
  return {
    ...service(namespace, image, {
      // Applications with jobs at times look for it.
      labels: { [platformLabel]: "scheduler" },
      mode: { Replicated: { Replicas: 1 } },
    }),
    TaskTemplate: {
      ContainerSpec: {
        ...container(namespace, image),
        Command: ["swarm-cronjob"],
        Env: [
          `DOCKER_HOST=tcp://${api.host}:${api.port}`,
          `GOMEMLIMIT=${memoryMiB.heap}MiB`,
          "LOG_JSON=true",
          "LOG_LEVEL=info",
          `TZ=${spec.timeZone}`,
        ],
        User: `${user}:${user}`,
      },
      Resources: memory(memoryMiB),
      RestartPolicy: { Condition: "any", Delay: second },
      Placement: { Constraints: ["node.role == manager"] },
      Networks: [{ Target: joined }],
    },
    EndpointSpec: { Mode: "dnsrr" },
  };
}
