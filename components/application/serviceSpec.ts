import type * as docker from "@pulumi/docker";
import { renderDuration, type HealthcheckSpec, type ServiceSpec } from "../spec";

/** Labels by which `docker stack` and other tools see an application's objects as one stack. */
export function stackLabels(application: string): Record<string, string> {
  return { "com.docker.stack.namespace": application };
}

/** Settings of one Swarm service, from the Compose service. Sets of labels and variables are sorted: order is no change. */
export function swarmService(
  application: string,
  name: string,
  service: ServiceSpec,
  networkNames: Readonly<Record<string, string>>,
): docker.ServiceArgs {
  const { limits, reservations } = service.resources;
  return {
    name: `${application}_${name}`,
    labels: labelList({ ...stackLabels(application), ...service.labels }),
    taskSpec: {
      containerSpec: {
        image: service.image,
        args: service.command === undefined ? undefined : [...service.command],
        env: { ...service.environment },
        labels: labelList(stackLabels(application)),
        healthcheck: service.healthcheck && healthcheck(service.healthcheck),
        stopGracePeriod:
          service.stopGracePeriodNs === undefined
            ? undefined
            : renderDuration(service.stopGracePeriodNs),
      },
      networksAdvanceds: service.networks.map((network) => ({
        name: networkNames[network],
        // The service's short name is how its neighbours call it, as in Compose.
        aliases: [name],
      })),
      placement: {
        constraints: [...service.placementConstraints],
        maxReplicas: service.maxReplicasPerNode,
      },
      resources: {
        limits: limits && amounts(limits),
        reservation: reservations && amounts(reservations),
      },
      restartPolicy: { condition: "any", delay: "5s", maxAttempts: 0, window: "0s" },
    },
    mode:
      service.mode === "global"
        ? { global: true }
        : { replicated: { replicas: service.replicas ?? 1 } },
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

function labelList(labels: Readonly<Record<string, string>>): { label: string; value: string }[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}

function healthcheck(check: HealthcheckSpec) {
  const duration = (ns: number | undefined) => renderDuration(ns ?? 0);
  return {
    tests: [...check.test],
    interval: duration(check.intervalNs),
    timeout: duration(check.timeoutNs),
    startPeriod: duration(check.startPeriodNs),
    retries: check.retries ?? 0,
  };
}

function amounts(of: { readonly cpus?: number; readonly memoryBytes?: number }) {
  return {
    nanoCpus: of.cpus === undefined ? undefined : Math.round(of.cpus * 1e9),
    memoryBytes: of.memoryBytes,
  };
}
