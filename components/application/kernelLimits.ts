import type { StackSpec } from "../spec";

/** Kernel features that every node of the cluster has. */
export interface ClusterFeatures {
  readonly ipvs: boolean;
  readonly esp: boolean;
}

/** What the application asks for and the nodes' kernels cannot do: all of it, each with its cure. */
export function kernelLimits(stack: StackSpec, features: ClusterFeatures): string[] {
  const problems: string[] = [];
  for (const [name, service] of Object.entries(stack.services)) {
    if (features.ipvs) break;
    if (service.endpointMode === "vip" && service.networks.length > 0)
      problems.push(
        `services.${name}: a virtual IP needs IPVS, which a node's kernel does not have: set deploy.endpoint_mode to dnsrr`,
      );
    for (const port of service.ports.filter(({ mode }) => mode === "ingress"))
      problems.push(
        `services.${name}: port ${port.published} in mode ingress needs IPVS, which a node's kernel does not have: publish it with mode host`,
      );
  }
  for (const [name, network] of Object.entries(stack.networks)) {
    if (network.encrypted && !features.esp)
      problems.push(
        `networks.${name}: an encrypted overlay needs ESP, which a node's kernel does not have, and would lose all its traffic: leave encryption off or use another kernel`,
      );
  }
  return problems;
}
