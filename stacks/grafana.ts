import type * as pulumi from "@pulumi/pulumi";
import { Grafana } from "../components/grafana/swarm";
import type { GrafanaSpec, SwarmClusterSpec } from "../components/spec";
import type { LogStoreIdentity } from "../provider/sdk";
import { grafanaSecrets, grafanaSettings, linesSecrets } from "./grafanaSettings";
import type { MadeIngress } from "./ingress";
import type { MadeMonitoring, MonitoringSettings } from "./monitoring";
import type { PlatformPlace } from "./platform";

export interface GrafanaPlace extends PlatformPlace {
  /** The ingress that browsers come through. */
  readonly madeIngress: MadeIngress;
  /** What it shows the figures of. */
  readonly made: MadeMonitoring;
  /** The store of logs that Slipway runs; absent where there is none. */
  readonly store?: {
    readonly identity: LogStoreIdentity;
    readonly networkId: pulumi.Output<string>;
  };
}

/** The Grafana that `cluster.yml` asks for. */
export function grafana(
  spec: SwarmClusterSpec,
  wanted: GrafanaSpec,
  { passwords, secret }: Pick<MonitoringSettings, "passwords" | "secret">,
  { provider, dependsOn, madeIngress, made, store }: GrafanaPlace,
): void {
  new Grafana(
    `${spec.name}-grafana`,
    {
      ...grafanaSettings(spec, wanted),
      secrets: grafanaSecrets(passwords.grafana, secret),
      routes: madeIngress.output.routes,
      monitoringNetworkId: made.partsNetworkId,
      ingressNetworkId: madeIngress.networkId,
      ...(store !== undefined && {
        lines: { ...linesSecrets(store.identity), networkId: store.networkId },
      }),
    },
    { providers: [provider()], dependsOn },
  );
}
