import type * as pulumi from "@pulumi/pulumi";
import { Addons, Kubernetes, KubernetesHosts, KubernetesProvider } from "../components/kubernetes";
import { addresses, commonFeatures } from "../components/machines/hosts";
import type { KubernetesClusterSpec } from "../components/spec";
import { admission } from "./admission";
import { grafanaNamespaces, kubernetesGrafana } from "./kubernetesGrafana";
import { ingressNamespaces, kubernetesIngress } from "./kubernetesIngress";
import { kubernetesLogging, loggingNamespaces } from "./kubernetesLogging";
import { kubernetesMonitoring, monitoringNamespaces } from "./kubernetesMonitoring";
import { kubernetesRegistry, registryNamespaces } from "./kubernetesRegistry";
import type { NodePoolOutput, RegistriesOutput } from "./kubernetesOutputs";
import type { Machines } from "./machines";
import { plannedLogging } from "./plannedLogging";
import { plannedRegistry } from "./plannedRegistry";
import type { ClusterSettings } from "./settings";
import { vsphereStorage } from "./vsphereStorage";

/** A Kubernetes cluster on the machines, with what applications need there. @returns outputs that only Kubernetes has. */
export function kubernetes(
  spec: KubernetesClusterSpec,
  settings: ClusterSettings,
  { machines, slipway }: Machines,
): pulumi.Inputs {
  const { name } = spec;
  const options = { providers: [slipway] };
  const registry = plannedRegistry(spec, settings, slipway);
  const logging = plannedLogging(spec, settings.logging, slipway);
  const { hosts } = new KubernetesHosts(
    name,
    { cluster: name, machines, spec, registry: registry?.trust },
    options,
  );
  const { cluster, kubeconfig, deployerKubeconfig, joined } = new Kubernetes(
    name,
    { cluster: name, hosts, nodePools: spec.nodePools, spec: spec.kubernetes },
    options,
  );
  const { clusterId } = cluster;
  const provider = new KubernetesProvider(name, { kubeconfig, clusterId });
  new Addons(
    name,
    {
      spec: spec.kubernetes,
      mirror: spec.platform.mirror,
      vsphereStorage: vsphereStorage(spec, settings, clusterId),
      admission: admission(),
      namespaces: [
        ...ingressNamespaces(spec.platform),
        ...loggingNamespaces(spec.platform),
        ...monitoringNamespaces(spec.platform),
        ...grafanaNamespaces(spec.platform),
        ...registryNamespaces(spec.platform),
      ],
      joined,
      cluster,
    },
    { providers: [provider] },
  );
  const place = { provider, joined, cluster };
  const ingress = kubernetesIngress(spec, settings, place);
  const monitoring = kubernetesMonitoring(spec, settings, place);
  kubernetesLogging(spec, settings, logging?.identity, slipway, clusterId, place);
  kubernetesGrafana(spec, settings, logging?.identity, place);
  if (registry?.identity !== undefined)
    kubernetesRegistry(spec, settings, registry.identity, place);
  return {
    clusterId,
    kubernetesVersion: spec.kubernetes.version,
    apiEndpoint: cluster.endpoint,
    controlPlanes: addresses(hosts, "controlPlane"),
    workers: addresses(hosts, "worker"),
    features: commonFeatures(hosts),
    kubeconfig,
    deployerKubeconfig,
    nodePools: nodePools(spec),
    networkPolicy: spec.kubernetes.networkPolicy,
    registries: registries(spec, registry?.identity?.caCertificate),
    ...registry?.outputs,
    ...logging?.outputs,
    ...(ingress !== undefined && { ingress }),
    ...(monitoring !== undefined && { monitoring }),
  };
}

/** What applications are placed by. */
function nodePools({ nodePools }: KubernetesClusterSpec): readonly NodePoolOutput[] {
  return Object.entries(nodePools).map(([name, { role, labels, taints }]) => ({
    name,
    role,
    labels,
    taints,
  }));
}

/** How images are looked up for applications, in the place of the nodes that pull them. */
function registries(
  { os, kubernetes }: KubernetesClusterSpec,
  ofRegistry: pulumi.Output<string> | undefined,
): pulumi.Inputs & Record<keyof RegistriesOutput, unknown> {
  const ofSite = os.caCertificates.map(({ pem }) => pem);
  return {
    caCertificates: ofRegistry === undefined ? ofSite : [...ofSite, ofRegistry],
    insecure: kubernetes.insecureRegistries,
  };
}
