import type { Manifest } from "../object";
import { clusterPod, partLabels, selector } from "./parts";

/** A workload of the platform that is one pod without data: while it moves there are two. @param pod its specification */
export function movingPod(
  pod: object,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: partLabels(name) },
    spec: {
      replicas: 1,
      selector: { matchLabels: selector(name) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels: partLabels(name) },
        spec: { ...clusterPod(name), ...pod },
      },
    },
  };
}
