import type * as pulumi from "@pulumi/pulumi";
import {
  ingressNamespace,
  KubernetesIngress,
  kubernetesRoutes,
  type KubernetesIngressArgs,
} from "../components/ingress/kubernetes";
import type { KubernetesClusterSpec, KubernetesPlatformSpec } from "../components/spec";
import { checkTlsKey } from "./ingressKey";
import type { KubernetesIngressOutput } from "./kubernetesOutputs";
import type { ClusterSettings } from "./settings";

export interface KubernetesPlace extends Pick<KubernetesIngressArgs, "joined" | "cluster"> {
  /** Connected to the cluster. */
  readonly provider: pulumi.ProviderResource;
}

/** Namespaces that the cluster's own ingress has. */
export function ingressNamespaces({ ingress }: KubernetesPlatformSpec): readonly string[] {
  return ingress === undefined || ingress.external !== undefined ? [] : [ingressNamespace];
}

/** The ingress that `cluster.yml` asks for; what runs already (`external`) is only told to applications. */
export function kubernetesIngress(
  { name, platform, kubernetes }: KubernetesClusterSpec,
  { identity, ingressTlsKey: tlsKey }: ClusterSettings,
  { provider, joined, cluster }: KubernetesPlace,
): KubernetesIngressOutput | undefined {
  const { ingress: spec, mirror } = platform;
  if (spec === undefined) return undefined;
  const routes = kubernetesRoutes(spec);
  if (spec.external !== undefined) return routes;
  checkTlsKey(spec, tlsKey);
  new KubernetesIngress(
    `${name}-ingress`,
    {
      spec,
      mirror,
      tlsKey: spec.tls && tlsKey,
      // A private key can't be guessed, so that its hash tells nothing.
      salt: identity,
      joined,
      cluster,
      hasPodNetwork: kubernetes.podNetwork === "flannel",
    },
    { providers: [provider] },
  );
  const { httpPort, httpsPort, statusPort } = spec;
  return {
    ...routes,
    ports: { http: httpPort, https: httpsPort, status: statusPort },
    ...(spec.tls !== undefined && { certificate: spec.tls.certificate.pem }),
  };
}
