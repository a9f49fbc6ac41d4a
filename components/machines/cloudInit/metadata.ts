import { stringify } from "yaml";
import type { OsSpec, StaticNetworkSpec } from "../../spec";

export interface MetadataArgs {
  /** Name of the VM, which becomes the host name. */
  readonly hostname: string;
  /** Static address of this machine; absent with DHCP. */
  readonly address?: string;
  /** Network of the static address. */
  readonly network?: Pick<StaticNetworkSpec, "prefixLength" | "gateway">;
  readonly os: Pick<OsSpec, "dns" | "searchDomains">;
}

/** What cloud-init's VMware data source reads from guestinfo.metadata: host name and, where it is ours to say, the network. */
export function metadata(args: MetadataArgs): string {
  const network = networkConfig(args);
  return stringify(
    {
      "instance-id": args.hostname,
      "local-hostname": args.hostname,
      ...(network && { network }),
    },
    { lineWidth: 0 },
  );
}

/**
 * Network configuration, version 2, of the machine's one card. Renderers that know `match` (netplan) take whatever
 * the kernel calls the card; ifupdown goes by the key, `eth0`.
 */
function networkConfig({ address, network, os }: MetadataArgs): object | undefined {
  const nameservers =
    os.dns.length + os.searchDomains.length > 0
      ? {
          ...(os.searchDomains.length > 0 && { search: os.searchDomains }),
          ...(os.dns.length > 0 && { addresses: os.dns }),
        }
      : undefined;
  const isStatic = address !== undefined && network !== undefined;
  if (!isStatic && nameservers === undefined) return undefined;
  return {
    version: 2,
    ethernets: {
      eth0: {
        match: { name: "e*" },
        ...(isStatic
          ? {
              dhcp4: false,
              addresses: [`${address}/${network.prefixLength}`],
              gateway4: network.gateway,
            }
          : { dhcp4: true, "dhcp4-overrides": { "use-dns": os.dns.length === 0 } }),
        ...(nameservers && { nameservers }),
      },
    },
  };
}
