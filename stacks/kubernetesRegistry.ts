import { ownRegistry } from "../components/registry/own";
import type * as registries from "../components/registry/kubernetes";
import type { KubernetesClusterSpec, KubernetesPlatformSpec } from "../components/spec";
import type { RegistryIdentity } from "../provider/sdk";
import type { KubernetesPlace } from "./kubernetesIngress";
import { prometheusPods } from "./kubernetesMonitoring";
import type { ClusterSettings } from "./settings";

/** Namespaces that the cluster's own registry has. */
export function registryNamespaces({ registry }: KubernetesPlatformSpec): readonly string[] {
  return ownRegistry(registry) === undefined ? [] : [loaded().registryNamespace];
}

/** The registry that `cluster.yml` asks for; what runs already (`external`) is only told to applications. */
export function kubernetesRegistry(
  { name, platform, kubernetes, os }: KubernetesClusterSpec,
  { registry: settings }: ClusterSettings,
  identity: RegistryIdentity,
  { provider, joined, cluster }: KubernetesPlace,
): void {
  const spec = ownRegistry(platform.registry);
  if (spec === undefined || settings?.own === undefined) return;
  const { KubernetesRegistry } = loaded();
  new KubernetesRegistry(
    `${name}-registry`,
    {
      spec,
      secrets: settings.own,
      identity,
      ...(platform.monitoring !== undefined && { metricsReader: prometheusPods }),
      authorities: os.caCertificates.map(({ pem }) => pem),
      mirror: platform.mirror,
      joined,
      cluster,
      hasPodNetwork: kubernetes.podNetwork === "flannel",
    },
    { providers: [provider] },
  );
}

function loaded(): typeof registries {
  return module.require("../components/registry/kubernetes") as typeof registries;
}
