import * as pulumi from "@pulumi/pulumi";
import { SwarmConfig, SwarmSecret, SwarmService } from "../../../provider/sdk";
import type { RouteSettings } from "../../ingress/routes";
import { progressDeadlineSeconds } from "../../platform/parts";
import type { GrafanaSecrets, GrafanaSettings } from "../settings";
import { grafanaFiles, grafanaService } from "./plan";

export interface GrafanaArgs extends GrafanaSettings {
  readonly secrets: GrafanaSecrets;
  /** How the cluster's ingress takes routes. */
  readonly routes: RouteSettings;
  /** Id of the network of monitoring's own parts. */
  readonly monitoringNetworkId: pulumi.Input<string>;
  /** Id of the network over which the ingress reaches it; absent for a network of the site's, which is known by its name. */
  readonly ingressNetworkId?: pulumi.Input<string>;
}

/**
 * Grafana on a Swarm, with dashboards of the cluster: beside Prometheus, where its data is, and behind the ingress. Takes the
 * provider `slipway`, connected to the Docker API of the managers, from its options.
 */
export class Grafana extends pulumi.ComponentResource {
  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:grafana:Grafana", name, {}, opts);
    const { secrets, routes, monitoringNetworkId, ingressNetworkId, ...settings } = args;
    const parent = { parent: this };
    const { configs, password } = grafanaFiles(settings, secrets);
    const files = new Map<string, { id: pulumi.Output<string>; name: string }>();
    for (const { key, ...config } of configs) {
      const { fileId } = new SwarmConfig(`${name}-${key}`, config, parent);
      files.set(key, { id: fileId, name: config.name });
    }
    const { key, ...secret } = password;
    const { fileId } = new SwarmSecret(`${name}-${key}`, secret, parent);
    files.set(key, { id: fileId, name: secret.name });
    const plan = grafanaService<pulumi.Output<string>>(settings, routes, {
      monitoring: pulumi.output(monitoringNetworkId),
      ingress: ingressNetworkId === undefined ? routes.network : pulumi.output(ingressNetworkId),
      files,
    });
    new SwarmService(
      `${name}-grafana`,
      { ...plan, onFailure: "rollback", progressDeadlineSeconds },
      parent,
    );
    this.registerOutputs();
  }
}
