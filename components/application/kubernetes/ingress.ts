import { ingressObjects } from "../../ingress/kubernetes/ingressObjects";
import { ingressAnnotations } from "./monitoring";
import { objectLabels } from "./names";
import type { PlannedObject, ServiceContext } from "./types";

/** Ingresses with the routes of a service; none where the cluster has no ingress. */
export function ingresses(context: ServiceContext): readonly PlannedObject[] {
  const { args, key, name, namespace, service } = context;
  if (args.ingress === undefined) return [];
  const made = ingressObjects(args.ingress, {
    name,
    namespace,
    labels: objectLabels(args.application, name),
    annotations: (rules) => ingressAnnotations(context, rules),
    service: name,
    rules: service["x-slipway"]?.ingress ?? [],
  });
  return made.map(([kind, object]) => ({
    key: `Ingress/${key}-${kind}`,
    object,
    after: [`Service/${key}`],
  }));
}
