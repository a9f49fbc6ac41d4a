import { selector } from "../../kubernetes/addons/parts";
import type { KubernetesIngressSpec } from "../../spec";
import { entryPoints, middlewaresOfRoutes } from "../names";
import { className, namespace, traefik } from "./names";

/** What applications need to know of the ingress of a Kubernetes cluster: an output of the cluster's Pulumi stack. */
export interface KubernetesRoutes {
  /** Name of the IngressClass that Ingresses name. */
  readonly className: string;
  /** What the controller wants to see on every Ingress. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Slipway's own Traefik; absent for a controller of the site, of which no more is known. */
  readonly traefik?: TraefikRoutes;
}

export interface TraefikRoutes {
  /** Namespace of its pods, and their labels: who may ask services with routes. */
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly entryPoints: { readonly http: string; readonly https: string };
  /** Middlewares of every route, in their order, with their provider. */
  readonly middlewares: readonly string[];
  /** Middleware that sends a client from http to https, with its provider. */
  readonly redirect: string;
}

/**
 * Where requests come from that the ingress sends on, as a policy has it. Of a controller of the site it is not known: then
 * from anywhere.
 */
export function ingressPeers({ traefik }: KubernetesRoutes): { readonly from?: readonly object[] } {
  if (traefik === undefined) return {};
  return {
    from: [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": traefik.namespace } },
        podSelector: { matchLabels: traefik.podLabels },
      },
    ],
  };
}

/** How Ingresses reach the cluster's ingress, whoever runs it. */
export function kubernetesRoutes({
  external,
}: Pick<KubernetesIngressSpec, "external">): KubernetesRoutes {
  if (external !== undefined) {
    return { className: external.ingressClass, annotations: external.annotations };
  }
  return {
    className,
    annotations: {},
    traefik: {
      namespace,
      podLabels: selector(traefik),
      entryPoints: { http: entryPoints.http.name, https: entryPoints.https.name },
      middlewares: [middlewaresOfRoutes.retry],
      redirect: middlewaresOfRoutes.redirect,
    },
  };
}
