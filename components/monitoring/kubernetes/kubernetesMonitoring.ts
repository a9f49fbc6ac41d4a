import * as pulumi from "@pulumi/pulumi";
import { makeObjects } from "../../kubernetes/objects";
import { makePart, type PartPlace } from "../../kubernetes/part";
import { monitoringObjects, type KubernetesMonitoringSettings } from "./plan";

export type KubernetesMonitoringArgs = KubernetesMonitoringSettings & PartPlace;

/**
 * Monitoring of a Kubernetes cluster: Prometheus and Alertmanager with their data, exporters, and roles by which they ask the
 * API server. With a Prometheus of the site, one that only collects and sends. Takes a `KubernetesProvider` from its options.
 */
export class KubernetesMonitoring extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: KubernetesMonitoringArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:monitoring:KubernetesMonitoring", name, {}, opts);
    const { namespace, ...objects } = monitoringObjects(args);
    const kept = makeObjects(
      name,
      { namespace },
      // With it would go the claims in it: metrics are not thrown away with what measures.
      { parent: this, deletedWith: args.cluster, retainOnDelete: true },
      { when: args.joined },
    );
    makePart(this, name, objects, args, kept);
    this.registerOutputs();
  }
}
