import * as pulumi from "@pulumi/pulumi";
import { makeObjects, unawaited } from "../../kubernetes/objects";
import { grafanaObjects, type KubernetesGrafanaSettings } from "./plan";

export interface KubernetesGrafanaArgs extends KubernetesGrafanaSettings {
  /** When every machine has joined: it runs on one of them. */
  readonly joined: Promise<void>;
  /** The cluster: with it go its objects, and none of them has to be deleted. */
  readonly cluster: pulumi.Resource;
  /** Whether a pod network is there, or comes when the cluster stands and nobody can wait for it here. */
  readonly hasPodNetwork: boolean;
}

/**
 * Grafana on Kubernetes, with dashboards of the cluster: a namespace of its own, a pod with its data, and routes of the
 * ingress to it. Takes a `KubernetesProvider` from its options.
 */
export class KubernetesGrafana extends pulumi.ComponentResource {
  constructor(name: string, args: KubernetesGrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:grafana:KubernetesGrafana", name, {}, opts);
    const { joined, cluster, hasPodNetwork, ...settings } = args;
    const objects = grafanaObjects(settings);
    makeObjects(
      name,
      hasPodNetwork ? objects : unawaited(objects),
      { parent: this, deletedWith: cluster },
      { when: joined },
    );
    this.registerOutputs();
  }
}
