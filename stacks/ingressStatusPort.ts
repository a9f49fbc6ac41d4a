import type { KubernetesIngressSpec, PlatformSpec, SwarmIngressSpec } from "../components/spec";

type Ingress = SwarmIngressSpec | KubernetesIngressSpec;

/** Port of the nodes at which Slipway's own ingress has its metrics; a controller of the site has them where it likes. */
export function ingressStatusPort({ ingress }: Pick<PlatformSpec, "ingress">): number | undefined {
  if (ingress === undefined || (ingress as Ingress).external !== undefined) return undefined;
  return ingress.statusPort;
}
