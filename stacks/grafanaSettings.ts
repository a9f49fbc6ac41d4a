import type { GrafanaSecrets, GrafanaSettings, LinesSecrets } from "../components/grafana/settings";
import { passwordOf } from "../components/logging/accounts";
import { saltOf } from "../components/monitoring/secrets";
import { ownRegistry } from "../components/registry/own";
import type { ClusterSpec, GrafanaSpec } from "../components/spec";
import type { LogStoreIdentity } from "../provider/sdk";
import { ingressStatusPort } from "./ingressStatusPort";
import { loggingTargets } from "./loggingTargets";
import { publicPort } from "./publicPort";

/** What Grafana is made of, whatever it runs on. */
export function grafanaSettings(
  { name, orchestrator, platform }: Pick<ClusterSpec, "name" | "orchestrator" | "platform">,
  { host }: GrafanaSpec,
): GrafanaSettings {
  const { monitoring, registry, mirror } = platform;
  return {
    clusterName: name,
    host: host.toLowerCase(),
    httpsPort: publicPort(platform),
    dashboards: {
      orchestrator,
      requests: ingressStatusPort(platform) !== undefined,
      registry: ownRegistry(registry) !== undefined,
      logging: loggingTargets(platform),
    },
    node: monitoring?.storage?.node,
    image: monitoring?.images.grafana,
    mirror,
  };
}

/** @param secret of the cluster, which stays and nobody else has */
export function grafanaSecrets(password: string | undefined, secret: string): GrafanaSecrets {
  if (password === undefined) throw new Error("Grafana without a password has passed the checks");
  return { password, salt: saltOf(secret) };
}

/** What Grafana needs to read lines. @param identity of the cluster's own store */
export function linesSecrets(identity: LogStoreIdentity): LinesSecrets {
  return {
    password: identity.seed.apply((seed) => passwordOf("reader", seed)),
    authority: identity.caCertificate,
  };
}
