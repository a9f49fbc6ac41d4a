import { replicasOf } from "../service";
import { ownerAnnotations } from "./monitoring";
import { divided, objectLabels, selectorLabels, workloadLabels } from "./names";
import { placement, topologySpread } from "./placement";
import { podTemplate } from "./pod";
import { minReadySeconds, rolloutLimits, rollingUpdate } from "./rollout";
import { hasService } from "./services";
import type { KubernetesObject, PlannedObject, ServiceContext } from "./types";
import { ownsData } from "./volumes";

/** Earlier versions that the cluster keeps: releases are brought back by Slipway, which has all of them. */
const revisionHistoryLimit = 3;

/** What runs the pods of a service. */
export type WorkloadKind = "Deployment" | "DaemonSet" | "StatefulSet";

export function workloadKind({ service, args }: ServiceContext): WorkloadKind {
  if (service.deploy?.mode === "global") return "DaemonSet";
  return ownsData(service, args.plan.project) ? "StatefulSet" : "Deployment";
}

/** Number of pods that are asked for; undefined where the autoscaler, or the number of nodes, says so. */
export function podsOf(context: ServiceContext): number | undefined {
  const { service } = context;
  if (workloadKind(context) === "DaemonSet" || service["x-slipway"]?.autoscale) return undefined;
  return replicasOf(service);
}

/** The workload of a service. @param after What must run before it. */
export function workload(context: ServiceContext, after: readonly string[]): PlannedObject {
  const kind = workloadKind(context);
  const make = { Deployment: deployment, DaemonSet: daemonSet, StatefulSet: statefulSet }[kind];
  const rollout = rolloutLimits(context, podsOf(context));
  return { key: `${kind}/${context.key}`, object: make(context), after, rollout };
}

function object(kind: WorkloadKind, context: ServiceContext, spec: object): KubernetesObject {
  const { args, name, service, namespace } = context;
  const { labels, annotations } = divided(service.deploy?.labels);
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: {
      name,
      namespace,
      labels: { ...labels, ...workloadLabels(args, name) },
      annotations: {
        ...annotations,
        ...ownerAnnotations(context),
        // Its rollout is a resource of ours, which tells sooner what is wrong.
        "pulumi.com/skipAwait": "true",
      },
    },
    spec: {
      selector: { matchLabels: selectorLabels(args.application, name) },
      revisionHistoryLimit,
      ...(minReadySeconds(context) > 0 && { minReadySeconds: minReadySeconds(context) }),
      ...spec,
    },
  };
}

function replicas(context: ServiceContext): object {
  const pods = podsOf(context);
  return pods === undefined ? {} : { replicas: pods };
}

function deployment(context: ServiceContext): KubernetesObject {
  return object("Deployment", context, {
    ...replicas(context),
    progressDeadlineSeconds: rolloutLimits(context, podsOf(context)).progressSeconds,
    strategy: { type: "RollingUpdate", rollingUpdate: rollingUpdate(context) },
    template: podTemplate(context, {
      drains: hasService(context),
      placement: { ...placement(context), ...topologySpread(context, "pod-template-hash") },
    }),
  });
}

function daemonSet(context: ServiceContext): KubernetesObject {
  return object("DaemonSet", context, {
    updateStrategy: { type: "RollingUpdate", rollingUpdate: rollingUpdate(context) },
    template: podTemplate(context, {
      drains: hasService(context),
      placement: placement(context),
    }),
  });
}

/**
 * A StatefulSet for its promise never to have two pods of one name, and so never two that write to one volume, not even
 * when a node is lost. Its pod does not linger when it is to stop: the next one waits for the data.
 */
function statefulSet(context: ServiceContext): KubernetesObject {
  return object("StatefulSet", context, {
    ...replicas(context),
    serviceName: context.name,
    // The default waits for a pod that is not ready before it does anything else: a version that never gets ready
    // could not be taken back.
    podManagementPolicy: "Parallel",
    updateStrategy: { type: "RollingUpdate" },
    template: podTemplate(context, { placement: placement(context) }),
  });
}

/** A pod at a time may be taken from a node that is drained, where others go on. */
export function disruptionBudget(context: ServiceContext): readonly PlannedObject[] {
  const { key, args, name, namespace, service } = context;
  const fewest = service["x-slipway"]?.autoscale?.min ?? podsOf(context) ?? 1;
  if (fewest < 2) return [];
  return [
    {
      key: `PodDisruptionBudget/${key}`,
      object: {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name, namespace, labels: objectLabels(args.application, name) },
        spec: {
          maxUnavailable: 1,
          selector: { matchLabels: selectorLabels(args.application, name) },
          // A pod that never gets ready protects nobody, and must not stop a drain.
          unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
      },
      after: ["Namespace"],
    },
  ];
}
