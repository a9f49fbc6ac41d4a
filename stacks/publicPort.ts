import type { KubernetesIngressSpec, PlatformSpec, SwarmIngressSpec } from "../components/spec";

type Ingress = SwarmIngressSpec | KubernetesIngressSpec;

/** Port at which browsers ask for what is behind the ingress; that of the site's own is not told, and is everybody's. */
export function publicPort({ ingress }: Pick<PlatformSpec, "ingress">): number {
  const isOwn = ingress !== undefined && (ingress as Ingress).external === undefined;
  return isOwn ? ingress.httpsPort : 443;
}
