import * as pulumi from "@pulumi/pulumi";
import { makePart, type PartPlace } from "../../kubernetes/part";
import { ingressObjects } from "./plan";
import type { IngressSettings } from "./pod";

export type KubernetesIngressArgs = IngressSettings & PartPlace;

/**
 * Slipway's own ingress on Kubernetes: Traefik on the nodes of its placement, which follows the Ingresses of the class
 * `slipway`. Takes a `KubernetesProvider` from its options.
 */
export class KubernetesIngress extends pulumi.ComponentResource {
  constructor(name: string, args: KubernetesIngressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:ingress:KubernetesIngress", name, {}, opts);
    makePart(this, name, ingressObjects(args), args);
    this.registerOutputs();
  }
}
