import type { GrafanaSecrets, GrafanaSettings } from "../components/grafana/settings";
import { saltOf } from "../components/monitoring/secrets";
import { ownRegistry } from "../components/registry/own";
import type { ClusterSpec, GrafanaSpec } from "../components/spec";
import { ingressStatusPort } from "./ingressStatusPort";
import { loggingTargets } from "./loggingTargets";
import { publicPort } from "./publicPort";

/** What Grafana is made of, whatever it runs on. */
export function grafanaSettings(
  { orchestrator, platform }: Pick<ClusterSpec, "orchestrator" | "platform">,
  { host }: GrafanaSpec,
): GrafanaSettings {
  const { monitoring, registry, mirror } = platform;
  return {
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
