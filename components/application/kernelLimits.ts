import type { KernelFeature } from "../../provider/sdk";
import type { StackSpec } from "../spec";

/** Kernel features that every node of the cluster has. */
export type ClusterFeatures = Readonly<Pick<Record<KernelFeature, boolean>, "ipvs" | "esp">>;

/** What the application asks for and the nodes' kernels cannot do: all of it, each with its cure. */
export function kernelLimits(stack: StackSpec, features: ClusterFeatures): readonly string[] {
  return [
    ...(features.ipvs ? [] : virtualIps(stack)),
    ...(features.esp ? [] : encryptedNetworks(stack)),
  ];
}

const noIpvs = "needs IPVS, which the kernel of at least one node does not have (ip_vs)";

function virtualIps({ services }: StackSpec): readonly string[] {
  return Object.entries(services).flatMap(([name, { endpointMode, networks, ports }]) => [
    ...(endpointMode === "vip" && networks.length > 0
      ? [
          `services.${name}.deploy.endpoint_mode: a virtual IP ${noIpvs}; set endpoint_mode to dnsrr`,
        ]
      : []),
    ...ports
      .filter(({ mode }) => mode === "ingress")
      .map(
        ({ published }) =>
          `services.${name}.ports: port ${published} in mode ingress ${noIpvs}; publish it with mode host`,
      ),
  ]);
}

function encryptedNetworks({ networks }: StackSpec): readonly string[] {
  return Object.entries(networks)
    .filter(([, { encrypted }]) => encrypted)
    .map(
      ([name]) =>
        `networks.${name}: an encrypted overlay needs ESP, which the kernel of at least one node does not have (CONFIG_INET_ESP), and would lose all traffic between nodes; leave encryption off, or use another kernel`,
    );
}
