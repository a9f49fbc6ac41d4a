import type * as pulumi from "@pulumi/pulumi";
import type { SwarmClusterSpec } from "../components/spec";
import { Provider, type DockerConnection } from "../provider/sdk";
import type * as grafanas from "./grafana";
import type * as ingresses from "./ingress";
import type * as monitorings from "./monitoring";
import type * as loggings from "./swarmLogging";
import type { RegistryIdentity } from "../provider/sdk";
import type { RegistrySecrets } from "../components/registry";
import type * as registries from "./swarmRegistry";
import type * as schedulers from "./scheduler";

export interface PlatformSettings {
  /** `<project>/<stack>` of the cluster. */
  readonly identity: string;
  readonly docker: pulumi.Input<DockerConnection>;
  /** Private key of the ingress' certificate. */
  readonly ingressTlsKey?: string;
  readonly monitoring: Omit<monitorings.MonitoringSettings, "registryNetworkId">;
  readonly logging: loggings.LoggingSettings;
  /** What the registry is made of that `cluster.yml` does not say; both present where Slipway runs one. */
  readonly registry: { readonly identity?: RegistryIdentity; readonly secrets?: RegistrySecrets };
  /** What must stand first. */
  readonly dependsOn: pulumi.Resource;
}

/** Where a part of the platform is put. */
export interface PlatformPlace {
  /** Connected to the Docker API of the managers; made when the first part needs it. */
  readonly provider: () => pulumi.ProviderResource;
  readonly dependsOn: pulumi.Resource;
}

/** What applications need to know of the parts that there are. */
export interface PlatformOutputs {
  readonly ingress?: ingresses.IngressOutput;
  readonly monitoring?: monitorings.MonitoringOutput;
}

/** What the cluster offers to applications; each part is loaded where `cluster.yml` asks for it. */
export function platform(
  spec: SwarmClusterSpec,
  { identity, docker, ingressTlsKey, registry, dependsOn, ...settings }: PlatformSettings,
): PlatformOutputs {
  let provider: Provider | undefined;
  const place: PlatformPlace = {
    dependsOn,
    provider: () =>
      (provider ??= new Provider(`${spec.name}-platform`, {
        owner: identity,
        docker,
        registries: {},
      })),
  };
  const { ingress, logging, monitoring, scheduler } = spec.platform;
  if (scheduler !== undefined)
    (module.require("./scheduler") as typeof schedulers).scheduler(spec, scheduler, place);
  let registryNetworkId: pulumi.Output<string> | undefined;
  if (registry.identity !== undefined && registry.secrets !== undefined) {
    const { swarmRegistry } = module.require("./swarmRegistry") as typeof registries;
    registryNetworkId = swarmRegistry(spec, registry.identity, registry.secrets, place);
  }
  let madeIngress: ingresses.MadeIngress | undefined;
  const outputs: { -readonly [Part in keyof PlatformOutputs]: PlatformOutputs[Part] } = {};
  if (ingress !== undefined) {
    const { ingress: make } = module.require("./ingress") as typeof ingresses;
    madeIngress = make(spec, ingress, { identity, tlsKey: ingressTlsKey }, place);
    outputs.ingress = madeIngress.output;
  }
  let madeMonitoring: monitorings.MadeMonitoring | undefined;
  if (monitoring !== undefined) {
    const { monitoring: make } = module.require("./monitoring") as typeof monitorings;
    madeMonitoring = make(spec, monitoring, { ...settings.monitoring, registryNetworkId }, place);
    outputs.monitoring = madeMonitoring.output;
  }
  let store: grafanas.GrafanaPlace["store"];
  if (logging !== undefined) {
    const { swarmLogging } = module.require("./swarmLogging") as typeof loggings;
    const { identity } = settings.logging;
    const networkId = swarmLogging(
      spec,
      logging,
      settings.logging,
      place,
      madeMonitoring?.partsNetworkId,
    );
    if (logging.external === undefined && identity !== undefined) store = { identity, networkId };
  }
  const wanted = monitoring?.grafana;
  if (wanted?.enabled === true && madeIngress !== undefined && madeMonitoring !== undefined) {
    const { grafana } = module.require("./grafana") as typeof grafanas;
    const made = madeMonitoring;
    grafana(spec, wanted, settings.monitoring, { ...place, madeIngress, made, store });
  }
  return outputs;
}
