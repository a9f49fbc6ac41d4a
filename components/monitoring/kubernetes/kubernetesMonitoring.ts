import * as pulumi from "@pulumi/pulumi";
import { makeObjects, unawaited } from "../../kubernetes/objects";
import { monitoringObjects, type KubernetesMonitoringSettings } from "./plan";

export interface KubernetesMonitoringArgs extends KubernetesMonitoringSettings {
  /** When every machine has joined: it has to find its place among all of them. */
  readonly joined: Promise<void>;
  /** The cluster: with it go its objects, and none of them has to be deleted. */
  readonly cluster: pulumi.Resource;
  /** Whether a pod network is there, or comes when the cluster stands and nobody can wait for it here. */
  readonly hasPodNetwork: boolean;
}

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
    const { joined, cluster, hasPodNetwork, ...settings } = args;
    const { namespace, ...objects } = monitoringObjects(settings);
    const options = { parent: this, deletedWith: cluster };
    const kept = makeObjects(
      name,
      { namespace },
      // With it would go the claims in it: metrics are not thrown away with what measures.
      { ...options, retainOnDelete: true },
      { when: joined },
    );
    makeObjects(name, hasPodNetwork ? objects : unawaited(objects), options, {
      after: kept,
      when: joined,
    });
    this.registerOutputs();
  }
}
