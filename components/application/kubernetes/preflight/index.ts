import { error, warning, type Finding } from "../../../spec/finding";
import { matcher } from "../../../ingress/routes";
import { namespaceOf } from "../names";
import type { KubernetesArgs } from "../types";
import type { KubernetesFacts } from "./facts";
import { placementObjections } from "./placement";
import { portObjections } from "./ports";
import { ownershipObjections, referenceObjections, storageObjections } from "./references";

export type { KubernetesFacts } from "./facts";
export { gatherFacts } from "./gather";

export interface PreflightOptions {
  /** NetworkPolicies are enforced on the cluster. */
  readonly enforcesPolicies: boolean;
  /** Environment that is deployed to. */
  readonly environment?: string;
}

/** The environment in which no promise of the file may be empty. */
const production = "prod";

/** Everything that stands against a deployment on this cluster, before anything is touched; warnings besides. */
export function kubernetesPreflight(
  args: KubernetesArgs,
  facts: KubernetesFacts,
  options: PreflightOptions,
): readonly Finding[] {
  return [
    ...[
      ...ownershipObjections(args, facts),
      ...referenceObjections(args, facts),
      ...storageObjections(args, facts),
      ...placementObjections(args, facts),
      ...portObjections(args, facts),
    ].map(({ path, message }) => error(path, message)),
    ...metricsFindings(args, facts),
    ...ingressFindings(args, facts),
    ...policyFindings(args, options),
  ];
}

function* metricsFindings({ plan }: KubernetesArgs, facts: KubernetesFacts): Iterable<Finding> {
  if (facts.hasMetrics) return;
  for (const [key, service] of Object.entries(plan.project.services)) {
    if (service["x-slipway"]?.autoscale === undefined) continue;
    yield error(
      ["services", key, "x-slipway", "autoscale"],
      "needs to know how much CPU pods use, which nothing on this cluster tells (metrics.k8s.io); run `pulumi up` on the cluster, which brings metrics-server",
    );
  }
}

function* ingressFindings(
  { plan, ingress }: KubernetesArgs,
  { ingressClasses }: KubernetesFacts,
): Iterable<Finding> {
  if (ingress === undefined || ingressClasses.includes(ingress.className)) return;
  for (const [key, service] of Object.entries(plan.project.services)) {
    if ((service["x-slipway"]?.ingress ?? []).length === 0) continue;
    yield error(
      ["services", key, "x-slipway", "ingress"],
      `needs the ingress class ${ingress.className}, which is not there; run \`pulumi up\` on the cluster`,
    );
  }
}

/** Several networks of a file are to keep services apart, which is more than words only where policies are enforced. */
function* policyFindings(
  { plan }: KubernetesArgs,
  { enforcesPolicies, environment }: PreflightOptions,
): Iterable<Finding> {
  if (enforcesPolicies) return;
  const make = environment === production ? error : warning;
  yield make(
    plan.project.networks === undefined ? [] : ["networks"],
    "keep services apart by NetworkPolicies, which nothing on this cluster enforces: whoever runs a pod there can talk to every one of these; write `kubernetes.networkPolicy: true` into cluster.yml and run `pulumi up` on the cluster, which brings what enforces them beside flannel; with `podNetwork: external` it says that the site's own network does",
  );
}

/** Routes that other applications have, as the checks of ingress rules want them (`taken`). */
export function takenRoutes(
  { routes }: Pick<KubernetesFacts, "routes">,
  application: string,
): ReadonlyMap<string, string> {
  return new Map(
    routes
      .filter(({ namespace }) => namespace !== namespaceOf(application))
      .map(({ namespace, name, host, path }) => [
        matcher({ host, path }),
        `the Ingress ${namespace}/${name}`,
      ]),
  );
}
