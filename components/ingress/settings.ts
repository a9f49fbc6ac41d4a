import type { SwarmExternalIngressSpec, SwarmIngressSpec } from "../spec";
import { entryPoints, middlewaresOfRoutes, networks } from "./names";
import type { RouteSettings } from "./routes";

/** What applications need to know of the ingress, whoever runs it: an output of the cluster's Pulumi stack. */
export function routeSettings({ external }: Pick<SwarmIngressSpec, "external">): RouteSettings {
  if (external !== undefined) return externalSettings(external);
  return {
    network: networks.applications,
    entryPoints: { http: entryPoints.http.name, https: entryPoints.https.name },
    middlewares: [middlewaresOfRoutes.retry],
    redirect: middlewaresOfRoutes.redirect,
    labels: {},
  };
}

/** A site that runs Traefik itself sends clients from http to https as it likes. */
function externalSettings(external: SwarmExternalIngressSpec): RouteSettings {
  return {
    network: external.network,
    entryPoints: {
      https: external.httpsEntryPoint,
      ...(external.httpEntryPoint !== undefined && { http: external.httpEntryPoint }),
    },
    middlewares: external.middlewares,
    labels: external.labels,
  };
}
