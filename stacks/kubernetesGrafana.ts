import type * as grafanas from "../components/grafana/kubernetes";
import { kubernetesRoutes } from "../components/ingress/kubernetes";
import type { KubernetesClusterSpec, KubernetesPlatformSpec } from "../components/spec";
import { grafanaSecrets, grafanaSettings } from "./grafanaSettings";
import type { KubernetesPlace } from "./kubernetesIngress";
import type { ClusterSettings } from "./settings";
import { namespace } from "../components/grafana/kubernetes/names";

/** Namespaces that Grafana has. */
export function grafanaNamespaces({ monitoring }: KubernetesPlatformSpec): readonly string[] {
  return monitoring?.grafana?.enabled === true ? [namespace] : [];
}

/** The Grafana that `cluster.yml` asks for. */
export function kubernetesGrafana(
  spec: KubernetesClusterSpec,
  { monitoring: passwords, privateKey }: ClusterSettings,
  { provider, joined, cluster }: KubernetesPlace,
): void {
  const { ingress, monitoring } = spec.platform;
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
      storageClass: monitoring.storage?.storageClass,
      joined,
      cluster,
      hasPodNetwork: spec.kubernetes.podNetwork === "flannel",
    },
    { providers: [provider] },
  );
}
