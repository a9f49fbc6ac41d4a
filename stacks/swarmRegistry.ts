import type * as pulumi from "@pulumi/pulumi";
import { ownRegistry, Registry, type RegistrySecrets } from "../components/registry";
import type { SwarmClusterSpec } from "../components/spec";
import type { RegistryIdentity } from "../provider/sdk";
import type { PlatformPlace } from "./platform";

/**
 * The registry that `cluster.yml` asks for; what runs already (`external`) is only told to applications.
 *
 * @returns id of the network on which its metrics are; undefined where Slipway runs none.
 */
export function swarmRegistry(
  { name, platform, swarm, os }: SwarmClusterSpec,
  identity: RegistryIdentity,
  secrets: RegistrySecrets,
  { provider, dependsOn }: PlatformPlace,
): pulumi.Output<string> | undefined {
  const spec = ownRegistry(platform.registry);
  if (spec === undefined) return undefined;
  const { networkId } = new Registry(
    `${name}-registry`,
    {
      spec,
      secrets,
      identity,
      authorities: os.caCertificates.map(({ pem }) => pem),
      mirror: platform.mirror,
      encryptOverlays: swarm.encryptOverlays,
    },
    { providers: [provider()], dependsOn },
  );
  return networkId;
}
