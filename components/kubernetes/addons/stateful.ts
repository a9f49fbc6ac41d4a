import { machineLabel } from "../../../provider/sdk/ownership";
import type { Manifest } from "../object";
import { partLabels, selector } from "./parts";

export interface StatefulPod {
  readonly name: string;
  readonly namespace: string;
  /** Of the Service that is before it. Default: its name. */
  readonly serviceName?: string;
  /** Machine that its data is on. Default: where the claim can be bound. */
  readonly node?: string;
  /** What it claims, as the volume `data`; absent for a pod that brings that volume itself. */
  readonly claim?: {
    /** As Kubernetes has it: `20Gi`. */
    readonly size: string;
    /** Default: the cluster's. */
    readonly storageClass?: string;
  };
}

/** One pod with data: never two at a time. @param pod its specification */
export function statefulPod(
  pod: object,
  { name, namespace, serviceName = name, node, claim }: StatefulPod,
): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name, namespace, labels: partLabels(name) },
    spec: {
      replicas: 1,
      serviceName,
      selector: { matchLabels: selector(name) },
      podManagementPolicy: "Parallel",
      template: {
        metadata: { labels: partLabels(name) },
        spec: { ...pod, ...(node !== undefined && { nodeSelector: { [machineLabel]: node } }) },
      },
      ...(claim !== undefined && {
        volumeClaimTemplates: [
          {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "data", labels: selector(name) },
            spec: {
              accessModes: ["ReadWriteOnce"],
              ...(claim.storageClass !== undefined && { storageClassName: claim.storageClass }),
              resources: { requests: { storage: claim.size } },
            },
          },
        ],
      }),
    },
  };
}
