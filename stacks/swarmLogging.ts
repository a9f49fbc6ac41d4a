import type * as pulumi from "@pulumi/pulumi";
import type { LoggingSecrets } from "../components/logging/files";
import { Logging } from "../components/logging/swarm";
import type { LoggingSpec, SwarmClusterSpec } from "../components/spec";
import type { LogStoreIdentity } from "../provider/sdk";
import { saltOf } from "./loggingSalt";
import { machineCpus } from "./machineCpus";
import type { PlatformPlace } from "./platform";

export interface LoggingSettings {
  readonly identity?: LogStoreIdentity;
  readonly secrets: LoggingSecrets;
  /** A secret of the cluster that stays: names of secrets are made with it. */
  readonly secret: string;
  /** Connected to the machines. */
  readonly machines: pulumi.ProviderResource;
}

/**
 * The logging that `cluster.yml` asks for, or the wires to the site's store.
 *
 * @param monitoring network on which Prometheus reads the collectors' metrics
 * @returns id of the network that the store is on
 */
export function swarmLogging(
  spec: SwarmClusterSpec,
  wanted: LoggingSpec,
  { secret, ...settings }: LoggingSettings,
  { provider, dependsOn }: PlatformPlace,
  monitoring: pulumi.Output<string> | undefined,
): pulumi.Output<string> {
  const { networkId } = new Logging(
    `${spec.name}-logging`,
    {
      ...settings,
      cluster: spec.name,
      orchestrator: "swarm",
      spec: wanted,
      mirror: spec.platform.mirror,
      cpus: machineCpus(spec, wanted.storage?.node),
      authorities: spec.os.caCertificates.map(({ pem }) => pem),
      encryptOverlays: spec.swarm.encryptOverlays,
      salt: saltOf(secret),
      ...(monitoring !== undefined && { monitoring }),
    },
    { providers: [provider()], dependsOn },
  );
  return networkId;
}
