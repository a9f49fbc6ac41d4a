import type { Manifest, Metadata } from "../../kubernetes/object";
import type { IngressExtension } from "../../spec";
import type { KubernetesRoutes } from "./routes";

type Labels = Readonly<Record<string, string>>;

/** A Service that requests are to reach. */
export interface RoutedService {
  /** Of its Ingresses, before what each is for. */
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** What monitoring reads on an Ingress with rules. */
  readonly annotations: (rules: readonly IngressExtension[]) => Labels;
  /** Name of the Service. */
  readonly service: string;
  readonly rules: readonly IngressExtension[];
}

export type IngressManifest = Manifest & {
  readonly metadata: Metadata & { readonly labels: Labels };
};

/** What an Ingress is for. */
export type IngressKind = "https" | "redirect" | "http";

const annotation = "traefik.ingress.kubernetes.io/router";

/** How Traefik takes the requests of an Ingress. */
interface Way {
  readonly entryPoint: string;
  /** Middlewares. */
  readonly via: readonly string[];
}

/**
 * Routes of a service: one Ingress for those with TLS, one for those without, and one that sends the clients of the first
 * from http to https, since an entry point is one of a whole Ingress. The certificate is the ingress' own. What a controller
 * of the site does beside that is its own.
 */
export function ingressObjects(
  routes: KubernetesRoutes,
  routed: RoutedService,
): readonly (readonly [IngressKind, IngressManifest])[] {
  const { traefik } = routes;
  const secure = routed.rules.filter(({ tls }) => tls);
  const plain = routed.rules.filter(({ tls }) => !tls);
  const https = traefik && { entryPoint: traefik.entryPoints.https, via: traefik.middlewares };
  const http = traefik && { entryPoint: traefik.entryPoints.http, via: traefik.middlewares };
  const redirect = traefik && { entryPoint: traefik.entryPoints.http, via: [traefik.redirect] };
  const all = [
    { kind: "https", rules: secure, tls: true, way: https },
    { kind: "redirect", rules: redirect === undefined ? [] : secure, tls: false, way: redirect },
    { kind: "http", rules: plain, tls: false, way: http },
  ] as const;
  return all
    .filter(({ rules }) => rules.length > 0)
    .map(({ kind, ...made }) => [kind, ingressObject(kind, routes, routed, made)] as const);
}

function ingressObject(
  kind: IngressKind,
  { className, annotations }: KubernetesRoutes,
  { name, namespace, labels, service, ...routed }: RoutedService,
  {
    rules,
    tls,
    way,
  }: {
    readonly rules: readonly IngressExtension[];
    readonly tls: boolean;
    readonly way: Way | undefined;
  },
): IngressManifest {
  const hosts = [...new Set(rules.map(({ host }) => host.toLowerCase()))];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: `${name}-${kind}`,
      namespace,
      labels,
      annotations: {
        ...annotations,
        ...(kind !== "redirect" && routed.annotations(rules)),
        ...(way && traefikAnnotations(way, tls)),
        // An address of its own is nothing that it waits for: the nodes of the ingress have it.
        "pulumi.com/skipAwait": "true",
      },
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
              backend: { service: { name: service, port: { number: port } } },
            })),
        },
      })),
    },
  };
}

function traefikAnnotations({ entryPoint, via }: Way, tls: boolean): Labels {
  return {
    [`${annotation}.entrypoints`]: entryPoint,
    ...(via.length > 0 && { [`${annotation}.middlewares`]: via.join(",") }),
    ...(tls && { [`${annotation}.tls`]: "true" }),
  };
}
