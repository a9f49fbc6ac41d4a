import type { KubernetesRoutes } from "../../ingress/kubernetes/routes";
import type { IngressExtension } from "../../spec";
import { ingressAnnotations } from "./monitoring";
import { annotated, objectLabels } from "./names";
import type { Labels, PlannedObject, ServiceContext } from "./types";

const annotation = "traefik.ingress.kubernetes.io/router";

/**
 * Routes of a service: one Ingress for those with TLS, one for those without, and one that sends the clients of the first
 * from http to https, since an entry point is one of a whole Ingress. The certificate is the ingress' own. What a controller
 * of the site does beside that is its own.
 */
export function ingresses(context: ServiceContext): readonly PlannedObject[] {
  const { ingress } = context.args;
  const rules = context.service["x-slipway"]?.ingress ?? [];
  if (ingress === undefined) return [];
  const secure = rules.filter(({ tls }) => tls);
  const plain = rules.filter(({ tls }) => !tls);
  const { traefik } = ingress;
  const https = traefik && { entryPoint: traefik.entryPoints.https, via: traefik.middlewares };
  const http = traefik && { entryPoint: traefik.entryPoints.http, via: traefik.middlewares };
  const redirect = traefik && { entryPoint: traefik.entryPoints.http, via: [traefik.redirect] };
  return [
    ...one("https", context, ingress, secure, true, https),
    ...(redirect === undefined ? [] : one("redirect", context, ingress, secure, false, redirect)),
    ...one("http", context, ingress, plain, false, http),
  ];
}

/** How Traefik takes the requests of an Ingress. */
interface Way {
  readonly entryPoint: string;
  /** Middlewares. */
  readonly via: readonly string[];
}

function one(
  suffix: string,
  context: ServiceContext,
  { className, annotations }: KubernetesRoutes,
  rules: readonly IngressExtension[],
  tls: boolean,
  way: Way | undefined,
): readonly PlannedObject[] {
  if (rules.length === 0) return [];
  const { args, key, name, namespace } = context;
  const hosts = [...new Set(rules.map(({ host }) => host.toLowerCase()))];
  return [
    {
      key: `Ingress/${key}-${suffix}`,
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: {
          name: `${name}-${suffix}`,
          namespace,
          labels: objectLabels(args.application, name),
          ...annotated({
            ...annotations,
            ...(suffix !== "redirect" && ingressAnnotations(context, rules)),
            ...(way && traefikAnnotations(way, tls)),
            // An address of its own is nothing that it waits for: the nodes of the ingress have it.
            "pulumi.com/skipAwait": "true",
          }),
        },
        spec: {
          ingressClassName: className,
          ...(tls && { tls: [{ hosts }] }),
          rules: hosts.map((host) => ({
            host,
            http: {
              paths: rules
                .filter((rule) => rule.host.toLowerCase() === host)
                .map(({ path, port }) => ({
                  path,
                  pathType: "Prefix",
                  backend: { service: { name, port: { number: port } } },
                })),
            },
          })),
        },
      },
      after: [`Service/${key}`],
    },
  ];
}

function traefikAnnotations({ entryPoint, via }: Way, tls: boolean): Labels {
  return {
    [`${annotation}.entrypoints`]: entryPoint,
    ...(via.length > 0 && { [`${annotation}.middlewares`]: via.join(",") }),
    ...(tls && { [`${annotation}.tls`]: "true" }),
  };
}
