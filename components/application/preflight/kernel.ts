import type { ComposeProject } from "../../spec";
import { deployOf } from "../service";
import { isEncrypted } from "../swarm/networks";
import type { ClusterFeatures } from "./facts";
import type { Objection } from "./objection";

/** All that the application asks for and the nodes' kernels cannot do. */
export function kernelObjections(project: ComposeProject, features: ClusterFeatures): Objection[] {
  return [
    ...(features.ipvs ? [] : virtualIps(project)),
    ...(features.esp ? [] : encryptedNetworks(project)),
  ];
}

const noIpvs = "needs IPVS, which the kernel of at least one node does not have (ip_vs)";

function virtualIps({ services }: ComposeProject): Objection[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const isAttached = Object.keys(service.networks ?? {}).length > 0;
    return [
      ...((deployOf(service).endpoint_mode ?? "vip") === "vip" && isAttached
        ? [
            {
              path: ["services", name, "deploy", "endpoint_mode"],
              message: `a virtual IP ${noIpvs}; set endpoint_mode: dnsrr`,
            },
          ]
        : []),
      ...(service.ports ?? []).flatMap(({ mode, published }, index) =>
        mode === "ingress"
          ? [
              {
                path: ["services", name, "ports", index],
                message: `port ${published ?? ""} in mode ingress ${noIpvs}; publish it with mode host`,
              },
            ]
          : [],
      ),
    ];
  });
}

function encryptedNetworks({ networks = {} }: ComposeProject): Objection[] {
  return Object.entries(networks).flatMap(([name, network]) =>
    !network.external && isEncrypted(network)
      ? [
          {
            path: ["networks", name],
            message:
              "an encrypted overlay needs ESP, which the kernel of at least one node does not have (CONFIG_INET_ESP), and would lose all traffic between nodes; leave encryption off, or use another kernel",
          },
        ]
      : [],
  );
}
