import {
  KubernetesMonitoring,
  monitoringNamespace,
  monitoringParts,
} from "../components/monitoring/kubernetes";
import { saltOf } from "../components/monitoring/secrets";
import { ownRegistry } from "../components/registry/own";
import { selector } from "../components/kubernetes/addons/parts";
import type { KubernetesClusterSpec, KubernetesPlatformSpec } from "../components/spec";
import { ingressStatusPort } from "./ingressStatusPort";
import type { KubernetesPlace } from "./kubernetesIngress";
import type { KubernetesMonitoringOutput } from "./kubernetesOutputs";
import { registryUrl } from "./registryUrl";
import type { ClusterSettings } from "./settings";

/** Pods that read metrics. */
export const prometheusPods = {
  namespace: monitoringNamespace,
  podLabels: selector(monitoringParts.prometheus),
} as const;

/** Namespaces that the cluster's own monitoring has. */
export function monitoringNamespaces({ monitoring }: KubernetesPlatformSpec): readonly string[] {
  return monitoring === undefined ? [] : [monitoringNamespace];
}

/** The monitoring that `cluster.yml` asks for, or the wires to the site's Prometheus. */
export function kubernetesMonitoring(
  { name, platform, kubernetes, nodePools, os }: KubernetesClusterSpec,
  { monitoring: passwords, privateKey }: ClusterSettings,
  { provider, joined, cluster }: KubernetesPlace,
): KubernetesMonitoringOutput | undefined {
  const { monitoring: spec, mirror } = platform;
  if (spec === undefined) return undefined;
  new KubernetesMonitoring(
    `${name}-monitoring`,
    {
      clusterName: name,
      spec,
      mirror,
      machines: Object.values(nodePools).reduce((sum, { count }) => sum + count, 0),
      ingress: ingressStatusPort(platform) !== undefined,
      registry: registryUrl(platform),
      ownRegistry: ownRegistry(platform.registry) !== undefined,
      caCertificates: os.caCertificates.map(({ pem }) => pem),
      secrets: { ...passwords, salt: saltOf(privateKey) },
      joined,
      cluster,
      hasPodNetwork: kubernetes.podNetwork === "flannel",
    },
    { providers: [provider] },
  );
  return {
    ...prometheusPods,
    measuresRequests: ingressStatusPort(platform) !== undefined,
  };
}
