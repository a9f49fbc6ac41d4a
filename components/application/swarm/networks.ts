import type { ComposeNetwork } from "../../spec";
import type { SwarmNetworkInputs } from "../../../provider/sdk";
import { omit } from "../omit";
import { stackLabels, type ApplicationNames } from "../names";

/** The engine takes the bare presence of the option for yes, and "false" for no. */
export function isEncrypted({ driver_opts: options = {} }: ComposeNetwork): boolean {
  return options.encrypted !== undefined && options.encrypted !== "false";
}

/** A network of the application as the Swarm gets it. */
export function swarmNetwork(
  network: ComposeNetwork,
  names: ApplicationNames,
  encrypt: boolean,
): SwarmNetworkInputs {
  const options = omit(network.driver_opts ?? {}, "encrypted");
  const { driver, config = [] } = network.ipam;
  return {
    name: network.name,
    labels: { ...network.labels, ...stackLabels(names) },
    driver: network.driver ?? "overlay",
    driverOptions: { ...options, ...((encrypt || isEncrypted(network)) && { encrypted: "" }) },
    attachable: network.attachable ?? false,
    internal: network.internal ?? false,
    ...((driver !== undefined || config.length > 0) && {
      ipam: {
        ...(driver !== undefined && { driver }),
        pools: config.map(({ subnet, gateway, ip_range: ipRange }) => ({
          ...(subnet !== undefined && { subnet }),
          ...(gateway !== undefined && { gateway }),
          ...(ipRange !== undefined && { ipRange }),
        })),
      },
    }),
  };
}
