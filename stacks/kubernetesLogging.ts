import type * as pulumi from "@pulumi/pulumi";
import { namespace as grafanaNamespace } from "../components/grafana/kubernetes/names";
import type * as loggings from "../components/logging/kubernetes";
import { monitoringNamespace } from "../components/monitoring/kubernetes";
import type { KubernetesClusterSpec, KubernetesPlatformSpec } from "../components/spec";
import type { LogStoreIdentity } from "../provider/sdk";
import type { KubernetesPlace } from "./kubernetesIngress";
import { saltOf } from "./loggingSalt";
import { machineCpus } from "./machineCpus";
import type { ClusterSettings } from "./settings";

/** Namespaces that the cluster's own logging has. */
export function loggingNamespaces({ logging }: KubernetesPlatformSpec): readonly string[] {
  return logging === undefined ? [] : [loaded().loggingNamespace];
}

/** The logging that `cluster.yml` asks for, or the wires to the site's store. @param machines provider of the machines */
export function kubernetesLogging(
  { name, platform, kubernetes, os, nodePools, hosts }: KubernetesClusterSpec,
  { logging: secrets, privateKey }: ClusterSettings,
  identity: LogStoreIdentity | undefined,
  machines: pulumi.ProviderResource,
  clusterId: pulumi.Output<string>,
  { provider, joined, cluster: clusterResource }: KubernetesPlace,
): void {
  const { logging: spec, monitoring, mirror } = platform;
  if (spec === undefined) return;
  const { KubernetesLogging } = loaded();
  new KubernetesLogging(
    `${name}-logging`,
    {
      cluster: name,
      orchestrator: "kubernetes",
      spec,
      mirror,
      cpus: machineCpus({ nodePools, hosts }, spec.storage?.node),
      authorities: os.caCertificates.map(({ pem }) => pem),
      ...(monitoring !== undefined && { monitoringNamespace }),
      ...(monitoring?.grafana?.enabled === true && { grafanaNamespace }),
      secrets,
      salt: saltOf(privateKey),
      identity,
      machines,
      clusterId,
      joined,
      clusterResource,
      hasPodNetwork: kubernetes.podNetwork === "flannel",
    },
    { providers: [provider] },
  );
}

function loaded(): typeof loggings {
  return module.require("../components/logging/kubernetes") as typeof loggings;
}
