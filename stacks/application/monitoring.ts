import type { MonitoringAttachment, SwarmFacts } from "../../components/application";
import { routeNames } from "../../components/ingress";
import {
  isScraped,
  monitoringLabels,
  probeLabels,
} from "../../components/monitoring/applicationLabels";
import { judgeMonitoring, type MonitoringObjection } from "../../components/monitoring/objections";
import type { ComposeProject } from "../../components/spec";
import type { MonitoringOutput } from "../monitoring";
import { networkId } from "./networkId";

/** What is wrong with what an application says for the monitoring of this Swarm. */
export function monitoringObjections(
  project: ComposeProject,
  { network, measuresRequests }: MonitoringOutput,
  facts: Pick<SwarmFacts, "networks">,
): readonly MonitoringObjection[] {
  const found = [...judgeMonitoring(project, { measuresRequests })];
  const [first] = Object.entries(project.services).filter(([, { deploy }]) =>
    isScraped(deploy?.labels),
  );
  if (first === undefined || networkId(network, facts) !== undefined) return found;
  return [
    ...found,
    {
      path: ["services", first[0], "deploy", "labels"],
      severity: "error",
      message: `asks for its metrics to be read, and the network ${network} of the cluster's monitoring is not there; run \`pulumi up\` on the cluster`,
    },
  ];
}

/** How services are put where Prometheus finds them. */
export function monitoringAttachment(
  project: ComposeProject,
  { network }: MonitoringOutput,
  facts: Pick<SwarmFacts, "networks">,
): MonitoringAttachment {
  return {
    networkId: networkId(network, facts) ?? "",
    isScraped: ({ deploy }) => isScraped(deploy?.labels),
    labelsFor: (service, routes) => ({
      ...monitoringLabels(project, routeNames(routes)),
      ...probeLabels(service["x-slipway"]?.ingress ?? []),
    }),
  };
}
