import type { KernelFeature } from "../../provider/sdk";
import type { StackSpec } from "../spec";

/** Kernel features that every node of the cluster has. */
export type ClusterFeatures = Readonly<Pick<Record<KernelFeature, boolean>, "ipvs" | "esp">>;

/** Something that the application asks for and the nodes' kernels cannot do. */
export interface KernelLimit {
  /** Where the stack file asks for it. */
  readonly path: readonly string[];
  /** What is wrong, and its cure. */
  readonly message: string;
}

/** All that the application asks for and the nodes' kernels cannot do. */
export function kernelLimits(stack: StackSpec, features: ClusterFeatures): readonly KernelLimit[] {
  return [
    ...(features.ipvs ? [] : virtualIps(stack)),
    ...(features.esp ? [] : encryptedNetworks(stack)),
  ];
}

const noIpvs = "needs IPVS, which the kernel of at least one node does not have (ip_vs)";

function virtualIps({ services }: StackSpec): readonly KernelLimit[] {
  return Object.entries(services).flatMap(([name, { endpointMode, networks, ports }]) => [
    ...(endpointMode === "vip" && networks.length > 0
      ? [
          {
            path: ["services", name, "deploy", "endpoint_mode"],
            message: `a virtual IP ${noIpvs}; set endpoint_mode: dnsrr`,
          },
        ]
      : []),
    ...ports
      .filter(({ mode }) => mode === "ingress")
      .map(({ published }) => ({
        path: ["services", name, "ports"],
        message: `port ${published} in mode ingress ${noIpvs}; publish it with mode host`,
      })),
  ]);
}

function encryptedNetworks({ networks }: StackSpec): readonly KernelLimit[] {
  return Object.entries(networks)
    .filter(([, { encrypted }]) => encrypted)
    .map(([name]) => ({
      path: ["networks", name],
      message:
        "an encrypted overlay needs ESP, which the kernel of at least one node does not have (CONFIG_INET_ESP), and would lose all traffic between nodes; leave encryption off, or use another kernel",
    }));
}
