import { stringify } from "yaml";
import type { IngressSpec } from "../../spec";
import { entryPoints } from "../names";
import { sharedMiddlewares, staticConfiguration, tlsSection } from "../traefikConfig";
import { className, filterPort, namespace, pathOf, traefik } from "./names";

/** Changes of endpoints come by themselves; what a rollout changes at a time is one change for Traefik. */
const throttleMs = 200;

/** Name of the port of Traefik's own Service. */
export const statusPortName = "status";

/** Traefik's static configuration on Kubernetes. */
export function kubernetesStaticConfiguration(
  spec: Pick<IngressSpec, "trustedProxies" | "accessLog" | "dashboard">,
): string {
  return staticConfiguration(spec, {
    dynamic: pathOf("dynamic"),
    throttleMs,
    provider: {
      kubernetesIngress: {
        endpoint: `http://127.0.0.1:${filterPort}`,
        ingressClass: className,
        // A service without a pod that is ready answers 503, and not as if there were no such route.
        allowEmptyServices: true,
        // `/api` is for `/api` and `/api/users`, and not for `/apix`.
        strictPrefixMatching: true,
      },
    },
  });
}

const self = "slipway-self";
const ready = "slipway-ready";
const toPing = "slipway-ping";
/** The provider's name of Traefik's own Service, which an Ingress of ours names. */
const known = `${namespace}-${traefik}-${statusPortName}@kubernetes`;

/**
 * Traefik's dynamic configuration on Kubernetes: what does not come from Ingresses.
 *
 * `/ready` on the status port is what a load balancer has to ask. It answers as Traefik's own `/ping`, 503 once it is to
 * stop. But a Traefik that has just started, and has not heard of any route, must answer 404 there, as it does to everybody
 * else: so the answer also names a service that comes from Kubernetes, with the weight of nothing. Until that is known there
 * is no such route.
 */
export function kubernetesDynamicConfiguration(
  spec: Pick<IngressSpec, "tls" | "httpsPort">,
): string {
  return stringify({
    http: {
      middlewares: {
        ...sharedMiddlewares(spec),
        [toPing]: { replacePath: { path: "/ping" } },
      },
      routers: {
        [ready]: {
          entryPoints: [entryPoints.status.name],
          rule: "Path(`/ready`)",
          middlewares: [toPing],
          service: ready,
        },
      },
      services: {
        [self]: {
          loadBalancer: { servers: [{ url: `http://127.0.0.1:${entryPoints.status.port}` }] },
        },
        [ready]: {
          weighted: {
            services: [
              { name: self, weight: 1 },
              { name: known, weight: 0 },
            ],
          },
        },
      },
    },
    ...tlsSection(spec, { certFile: pathOf("certificate"), keyFile: pathOf("key") }),
  });
}
