import type * as grafanas from "../components/grafana/kubernetes";
import { kubernetesRoutes } from "../components/ingress/kubernetes";
import type { KubernetesClusterSpec, KubernetesPlatformSpec } from "../components/spec";
import type { LogStoreIdentity } from "../provider/sdk";
import { grafanaSecrets, grafanaSettings, linesSecrets } from "./grafanaSettings";
import type { KubernetesPlace } from "./kubernetesIngress";
import type { ClusterSettings } from "./settings";
import { namespace } from "../components/grafana/kubernetes/names";

/** Namespaces that Grafana has. */
export function grafanaNamespaces({ monitoring }: KubernetesPlatformSpec): readonly string[] {
  return monitoring?.grafana?.enabled === true ? [namespace] : [];
}

/** The Grafana that `cluster.yml` asks for. @param identity of the store of logs that Slipway runs, or of its gateway */
export function kubernetesGrafana(
  spec: KubernetesClusterSpec,
  { monitoring: passwords, privateKey }: ClusterSettings,
  identity: LogStoreIdentity | undefined,
  { provider, joined, cluster }: KubernetesPlace,
): void {
  const { ingress, logging, monitoring } = spec.platform;
  const hasStore = logging !== undefined && logging.external === undefined;
  if (monitoring?.grafana?.enabled !== true || ingress === undefined) return;
  const { KubernetesGrafana } = module.require(
    "../components/grafana/kubernetes",
  ) as typeof grafanas;
  new KubernetesGrafana(
    `${spec.name}-grafana`,
    {
      ...grafanaSettings(spec, monitoring.grafana),
      secrets: grafanaSecrets(passwords.grafana, privateKey),
      routes: kubernetesRoutes(ingress),
      ...(hasStore && identity !== undefined && { lines: linesSecrets(identity) }),
      storageClass: monitoring.storage?.storageClass,
      joined,
      cluster,
      hasPodNetwork: spec.kubernetes.podNetwork === "flannel",
    },
    { providers: [provider] },
  );
}
