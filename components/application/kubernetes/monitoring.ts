import {
  isScraped,
  monitoringLabels,
  ownerLabel,
  scrapeLabels,
} from "../../monitoring/applicationLabels";
import { probePathAnnotation } from "../../monitoring/kubernetes/names";
import type { IngressExtension } from "../../spec";
import type { Labels, ServiceContext } from "./types";

/** Whose the service is, on its workload. */
export function ownerAnnotations({ args }: Pick<ServiceContext, "args">): Labels {
  const owner = args.plan.project["x-slipway"]?.owner;
  return args.monitoring === undefined || owner === undefined ? {} : { [ownerLabel]: owner };
}

/** Where metrics are, on the pods: by the names that every Prometheus of Kubernetes looks for. */
export function scrapeAnnotations(context: Pick<ServiceContext, "args" | "service">): Labels {
  const labels = context.service.deploy?.labels ?? {};
  if (context.args.monitoring === undefined || !isScraped(labels)) return {};
  return {
    ...Object.fromEntries(
      Object.values(scrapeLabels).flatMap((name) => {
        const value = labels[name];
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
    ...ownerAnnotations(context),
  };
}

/** What is asked from outside, and objectives, on the Ingress with the rules. */
export function ingressAnnotations(
  { args, namespace, name }: Pick<ServiceContext, "args" | "namespace" | "name">,
  rules: readonly IngressExtension[],
): Labels {
  const [first] = rules;
  if (args.monitoring === undefined || first === undefined) return {};
  // As Traefik calls them in its metrics.
  const routes = [...new Set(rules.map(({ port }) => port))].map(
    (port) => `${namespace}-${name}-${port}@kubernetes`,
  );
  return {
    ...monitoringLabels(args.plan.project, routes),
    [probePathAnnotation]: first.healthPath ?? first.path,
  };
}
