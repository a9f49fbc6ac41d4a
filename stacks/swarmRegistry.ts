import { ownRegistry, Registry, type RegistrySecrets } from "../components/registry";
import type { SwarmClusterSpec } from "../components/spec";
import type { RegistryIdentity } from "../provider/sdk";
import type { PlatformPlace } from "./platform";

/** The registry that `cluster.yml` asks for; what runs already (`external`) is only told to applications. */
export function swarmRegistry(
  { name, platform, swarm, os }: SwarmClusterSpec,
  identity: RegistryIdentity,
  secrets: RegistrySecrets,
  { provider, dependsOn }: PlatformPlace,
): void {
  const spec = ownRegistry(platform.registry);
  if (spec === undefined) return;
  new Registry(
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
}
