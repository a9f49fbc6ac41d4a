import * as pulumi from "@pulumi/pulumi";
import { makeObjects, unawaited } from "../../kubernetes/objects";
import { ingressObjects } from "./plan";
import type { IngressSettings } from "./pod";

export interface KubernetesIngressArgs extends IngressSettings {
  /** When every machine has joined: it runs on those of its placement. */
  readonly joined: Promise<void>;
  /** The cluster: with it go its objects, and none of them has to be deleted. */
  readonly cluster: pulumi.Resource;
  /** Whether a pod network is there, or comes when the cluster stands and nobody can wait for it here. */
  readonly hasPodNetwork: boolean;
}

/**
 * Slipway's own ingress on Kubernetes: Traefik on the nodes of its placement, which follows the Ingresses of the class
 * `slipway`. Takes a `KubernetesProvider` from its options.
 */
export class KubernetesIngress extends pulumi.ComponentResource {
  constructor(name: string, args: KubernetesIngressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:ingress:KubernetesIngress", name, {}, opts);
    const { joined, cluster, hasPodNetwork, ...settings } = args;
    const objects = ingressObjects(settings);
    makeObjects(
      name,
      hasPodNetwork ? objects : unawaited(objects),
      { parent: this, deletedWith: cluster },
      { when: joined },
    );
    this.registerOutputs();
  }
}
