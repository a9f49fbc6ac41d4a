import type { ApplicationNames, IngressAttachment, SwarmFacts } from "../../components/application";
import {
  discoverySeconds,
  judgeRules,
  routeLabels,
  routesOf,
  type RuleObjection,
  type ServiceRules,
} from "../../components/ingress";
import type { ComposeProject } from "../../components/spec";
import { ownerLabel } from "../../provider/sdk";
import type { IngressOutput } from "../ingress";
import { networkId } from "./networkId";

/** Services that want requests through the ingress, with their rules. */
export function routedServices({ services }: ComposeProject): readonly ServiceRules[] {
  return Object.entries(services).flatMap(([key, service]) => {
    const rules = service["x-slipway"]?.ingress ?? [];
    return rules.length === 0 ? [] : [{ key, rules }];
  });
}

/** What is wrong with the rules on this cluster; routes of other applications are taken. */
export function ingressObjections(
  rules: readonly ServiceRules[],
  ingress: IngressOutput | undefined,
  facts: Pick<SwarmFacts, "services" | "networks">,
  owner: string,
): readonly RuleObjection[] {
  const others = facts.services.filter(({ labels }) => labels[ownerLabel] !== owner);
  const found = [...judgeRules(rules, ingress && { ...ingress, taken: routesOf(others) })];
  const { network } = ingress?.routes ?? {};
  const isMissing = network !== undefined && networkId(network, facts) === undefined;
  const [first] = rules;
  if (!isMissing || first === undefined) return found;
  return [
    ...found,
    {
      path: ["services", first.key, "x-slipway", "ingress"],
      severity: "error",
      message: `needs the network ${network} of the cluster's ingress, which is not there; run \`pulumi up\` on the cluster`,
    },
  ];
}

/** How services are put behind the ingress. */
export function attachment(
  { routes }: IngressOutput,
  facts: Pick<SwarmFacts, "networks">,
  names: ApplicationNames,
): IngressAttachment {
  return {
    networkId: networkId(routes.network, facts) ?? "",
    discoverySeconds,
    labelsFor: (key, service) =>
      routeLabels(names.service(key), service["x-slipway"]?.ingress ?? [], routes),
  };
}
