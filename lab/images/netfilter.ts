import { readdirSync } from "node:fs";
import { join } from "node:path";
import { hashInputs } from "../../tools/hash";
import { needSuite, unpackPackages } from "../parts/apt";
import type { PackedLayer } from "../registry/image";
import { cachedLayer } from "./layers";
import { withLibraries } from "./libraries";

const packages = ["iptables", "libxtables12", "nftables", "ipset", "conntrack"];
const programs = ["xtables-nft-multi", "nft", "ipset", "conntrack"];
/** As Debian 12 does, machines and containers set rules through nftables. */
const names = ["iptables", "ip6tables"].flatMap((name) => [
  name,
  `${name}-save`,
  `${name}-restore`,
]);
const modules = "/usr/lib/x86_64-linux-gnu/xtables";

/** What sets rules for packets, from Debian's packages: for kube-proxy and for pod networks. */
export function netfilterLayer(say: (text: string) => void): Promise<PackedLayer> {
  const key = hashInputs(["/etc/os-release"], [...packages, ...programs, ...names]);
  return cachedLayer("netfilter", key, async (room) => {
    say("images: fetching Debian's iptables, nftables, ipset and conntrack");
    await needSuite("bookworm");
    await unpackPackages(packages, room);
    const root = join(room, "root");
    const files = [
      ...programs.map((name) => ({
        path: `/usr/sbin/${name}`,
        source: join(root, "usr/sbin", name),
      })),
      // Loaded by name as a rule asks for them.
      ...readdirSync(join(root, modules))
        .filter((name) => name.endsWith(".so"))
        .map((name) => ({ path: `${modules}/${name}`, source: join(root, modules, name) })),
    ];
    const links = names.map((name) => ({ path: `/usr/sbin/${name}`, link: "xtables-nft-multi" }));
    return [...(await withLibraries(files, root)), ...links];
  });
}
