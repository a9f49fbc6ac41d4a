import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import {
  renderDuration,
  type HealthcheckSpec,
  type ResourceAmounts,
  type ServiceSpec,
} from "../spec";
import type { PinnedImages } from "./digests";

/** How long a service may take until all its tasks are healthy, pulling images included. */
const convergeTimeout = "5m";

export interface SwarmServiceArgs {
  readonly application: string;
  /** Name in the Compose file, by which other services call it. */
  readonly key: string;
  /** Name in the Swarm. */
  readonly name: string;
  readonly service: ServiceSpec;
  readonly images: PinnedImages;
  /** Ids in the engine of the networks of the Compose file. */
  readonly networks: ReadonlyMap<string, pulumi.Input<string>>;
}

/** Labels by which `docker stack` and other tools see an application's objects as one stack. */
export function stackLabels(application: string): Readonly<Record<string, string>> {
  return { "com.docker.stack.namespace": application };
}

/**
 * Inputs of one Swarm service. Defaults are written out, so that a preview shows no change where nothing changed.
 * An update waits until the tasks are healthy; services that run on every node can't be waited for (the provider
 * takes no `convergeConfig` beside `mode: global`).
 */
export function swarmService(args: SwarmServiceArgs): docker.ServiceArgs {
  const { application, key, name, service, images, networks } = args;
  const { image, platforms } = images.get(service.image) ?? { image: service.image, platforms: [] };
  const labels = stackLabels(application);
  const { limits, reservations } = service.resources;
  return {
    name,
    labels: labelList({ ...service.labels, ...labels }),
    taskSpec: {
      containerSpec: {
        image,
        ...(service.command && { args: [...service.command] }),
        env: { ...service.environment },
        labels: labelList(labels),
        ...(service.healthcheck && { healthcheck: healthcheck(service.healthcheck) }),
        ...(service.stopGracePeriodNs !== undefined && {
          stopGracePeriod: renderDuration(service.stopGracePeriodNs),
        }),
      },
      networksAdvanceds: service.networks.map((network) => ({
        id: networks.get(network) ?? network,
        aliases: [key],
      })),
      placement: {
        constraints: [...service.placementConstraints],
        ...(service.maxReplicasPerNode !== undefined && {
          maxReplicas: service.maxReplicasPerNode,
        }),
        ...(platforms.length > 0 && { platforms: platforms.map((platform) => ({ ...platform })) }),
      },
      resources: {
        ...(limits && { limits: amounts(limits) }),
        ...(reservations && { reservation: amounts(reservations) }),
      },
      restartPolicy: { condition: "any", delay: "5s", maxAttempts: 0, window: "0s" },
    },
    ...scheduling(service),
    endpointSpec: {
      mode: service.endpointMode,
      ports: service.ports.map((port) => ({
        targetPort: port.target,
        publishedPort: port.published,
        protocol: port.protocol,
        publishMode: port.mode,
      })),
    },
    updateConfig: {
      parallelism: service.updateConfig.parallelism,
      delay: renderDuration(service.updateConfig.delayNs),
      order: service.updateConfig.order,
      failureAction: service.updateConfig.failureAction,
      monitor: "5s",
      maxFailureRatio: "0.0",
    },
  };
}

function scheduling({ mode, replicas }: ServiceSpec): Partial<docker.ServiceArgs> {
  switch (mode) {
    case "global":
      return { mode: { global: true } };
    case "replicated":
      return {
        mode: { replicated: { replicas: replicas ?? 1 } },
        convergeConfig: { delay: "1s", timeout: convergeTimeout },
      };
  }
}

/** Sorted: the order of labels in a file is no change. */
export function labelList(
  labels: Readonly<Record<string, string>>,
): { label: string; value: string }[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}

function healthcheck(check: HealthcheckSpec) {
  const duration = (nanoseconds: number | undefined) => renderDuration(nanoseconds ?? 0);
  return {
    tests: [...check.test],
    interval: duration(check.intervalNs),
    timeout: duration(check.timeoutNs),
    startPeriod: duration(check.startPeriodNs),
    retries: check.retries ?? 0,
  };
}

function amounts({ cpus, memoryBytes }: ResourceAmounts) {
  return {
    ...(cpus !== undefined && { nanoCpus: Math.round(cpus * 1e9) }),
    ...(memoryBytes !== undefined && { memoryBytes }),
  };
}
