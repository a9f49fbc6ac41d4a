import * as pulumi from "@pulumi/pulumi";
import { SwarmConfig, SwarmSecret, SwarmService } from "../../../provider/sdk";
import type { RouteSettings } from "../../ingress/routes";
import { progressDeadlineSeconds } from "../../platform/parts";
import { secretFile, type SecretFile } from "../../platform/secretFile";
import { linesFiles } from "../lines";
import type { GrafanaSecrets, GrafanaSettings, LinesSecrets } from "../settings";
import { namespace } from "./names";
import { grafanaFiles, grafanaService } from "./plan";

export interface GrafanaArgs extends GrafanaSettings {
  readonly secrets: GrafanaSecrets;
  /** How the cluster's ingress takes routes. */
  readonly routes: RouteSettings;
  /** Id of the network of monitoring's own parts. */
  readonly monitoringNetworkId: pulumi.Input<string>;
  /** Id of the network over which the ingress reaches it; absent for a network of the site's, which is known by its name. */
  readonly ingressNetworkId?: pulumi.Input<string>;
  /** The store of logs; present where dashboards show its lines. */
  readonly lines?: LinesSecrets & {
    /** Id of the network that it is on. */
    readonly networkId: pulumi.Input<string>;
  };
}

/**
 * Grafana on a Swarm, with dashboards of the cluster: beside Prometheus, where its data is, and behind the ingress. Takes the
 * provider `slipway`, connected to the Docker API of the managers, from its options.
 */
export class Grafana extends pulumi.ComponentResource {
  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:grafana:Grafana", name, {}, opts);
    const { secrets, routes, monitoringNetworkId, ingressNetworkId, lines, ...settings } = args;
    const parent = { parent: this };
    const { configs, password } = grafanaFiles(settings, secrets);
    const files = new Map<string, SecretFile>();
    for (const { key, ...config } of configs) {
      const { fileId } = new SwarmConfig(`${name}-${key}`, config, parent);
      files.set(key, { id: fileId, name: config.name });
    }
    const { key, ...secret } = password;
    const { fileId } = new SwarmSecret(`${name}-${key}`, secret, parent);
    files.set(key, { id: fileId, name: secret.name });
    if (lines !== undefined) {
      const { password: ofReader, authority } = lines;
      const texts = { [linesFiles.password]: ofReader, [linesFiles.authority]: authority };
      for (const [key, text] of Object.entries(texts))
        files.set(key, secretFile(name, { namespace, key, text, salt: secrets.salt }, parent));
    }
    const plan = grafanaService<pulumi.Output<string>>(settings, routes, {
      monitoring: pulumi.output(monitoringNetworkId),
      ingress: ingressNetworkId === undefined ? routes.network : pulumi.output(ingressNetworkId),
      ...(lines !== undefined && { logging: pulumi.output(lines.networkId) }),
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
