import type * as pulumi from "@pulumi/pulumi";
import { Monitoring, monitoringNetworkNames } from "../components/monitoring/swarm";
import { saltOf } from "../components/monitoring/secrets";
import type { MonitoringSpec, SwarmClusterSpec } from "../components/spec";
import { ingressStatusPort } from "./ingressStatusPort";
import type { MonitoringPasswords } from "./monitoringPasswords";
import type { PlatformPlace } from "./platform";
import { registryUrl } from "./registryUrl";

/** What applications need to know of the monitoring of a Swarm. */
export interface MonitoringOutput {
  /** Network on which Prometheus reads the metrics of services. */
  readonly network: string;
  /** Requests are counted, by an ingress that Prometheus reads. */
  readonly measuresRequests: boolean;
}

/** Monitoring that stands. */
export interface MadeMonitoring {
  readonly output: MonitoringOutput;
  /** Id of the network of its own parts. */
  readonly partsNetworkId: pulumi.Output<string>;
}

export interface MonitoringSettings {
  readonly passwords: MonitoringPasswords;
  /** A secret of the cluster that stays: names of secrets are made with it. */
  readonly secret: string;
  /** Id of the network on which Slipway's own registry has its metrics; absent where there is none. */
  readonly registryNetworkId?: pulumi.Output<string>;
}

/** The monitoring that `cluster.yml` asks for, or the wires to the site's Prometheus. */
export function monitoring(
  spec: SwarmClusterSpec,
  wanted: MonitoringSpec,
  { passwords, secret, registryNetworkId }: MonitoringSettings,
  { provider, dependsOn }: PlatformPlace,
): MadeMonitoring {
  const { partsNetworkId } = new Monitoring(
    `${spec.name}-monitoring`,
    {
      cluster: spec.name,
      spec: wanted,
      mirror: spec.platform.mirror,
      machines: Object.values(spec.nodePools).reduce((sum, { count }) => sum + count, 0),
      cpus: cpusOf(spec, wanted),
      ingressStatusPort: ingressStatusPort(spec.platform),
      registry: registryUrl(spec.platform),
      registryNetworkId,
      caCertificates: spec.os.caCertificates.map(({ pem }) => pem),
      encryptOverlays: spec.swarm.encryptOverlays,
      secrets: { ...passwords, salt: saltOf(secret) },
    },
    { providers: [provider()], dependsOn },
  );
  return {
    output: {
      network: monitoringNetworkNames.applications,
      measuresRequests: ingressStatusPort(spec.platform) !== undefined,
    },
    partsNetworkId,
  };
}

/** CPUs of the machine that Prometheus runs on; of a machine that nobody names, those of the smallest. */
function cpusOf({ nodePools, hosts }: SwarmClusterSpec, { storage }: MonitoringSpec): number {
  const node = storage?.node;
  const host = hosts?.find(({ name }) => name === node);
  const pool = nodePools[host?.pool ?? node?.replace(/-\d+$/, "") ?? ""];
  return pool?.numCpus ?? Math.min(...Object.values(nodePools).map(({ numCpus }) => numCpus));
}
