import * as pulumi from "@pulumi/pulumi";
import { makePart, type PartPlace } from "../../kubernetes/part";
import { secretLater } from "../../kubernetes/secretLater";
import type { LinesSecrets } from "../settings";
import { grafanaObjects, linesSecret, namespaceOf, type KubernetesGrafanaSettings } from "./plan";

export interface KubernetesGrafanaArgs extends KubernetesGrafanaSettings, PartPlace {
  /** Of the store of logs; present where dashboards show its lines. */
  readonly lines?: LinesSecrets;
}

/**
 * Grafana on Kubernetes, with dashboards of the cluster: a namespace of its own, a pod with its data, and routes of the
 * ingress to it. Takes a `KubernetesProvider` from its options.
 */
export class KubernetesGrafana extends pulumi.ComponentResource {
  constructor(name: string, args: KubernetesGrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:grafana:KubernetesGrafana", name, {}, opts);
    const { lines, cluster, secrets } = args;
    const before: pulumi.Resource[] = [...makePart(this, name, { namespace: namespaceOf() }, args)];
    let linesSecretName: pulumi.Output<string> | undefined;
    if (lines !== undefined) {
      const { resource, secretName } = secretLater(
        `${name}-lines`,
        pulumi
          .all([lines.password, lines.authority])
          .apply(([password, authority]) => linesSecret({ password, authority }, secrets.salt)),
        { parent: this, deletedWith: cluster, dependsOn: [...before] },
      );
      before.push(resource);
      linesSecretName = secretName;
    }
    makePart(this, name, grafanaObjects(args, linesSecretName), args, before);
    this.registerOutputs();
  }
}
