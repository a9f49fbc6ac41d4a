import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { LabError } from "../errors";
import { run, runAny } from "../host/run";
import { labNetwork, type Layout } from "../layout";
import type { HostPackages } from "../parts/hostPackages";

const table = "slipway_lab";
const forwarding = "/proc/sys/net/ipv4/ip_forward";
const aliasPrefix = "slipway lab ";

/** Folder of the lab that the bridge belongs to: the bridge itself says so. */
export function bridgeOwner(): string | undefined {
  const folder = `/sys/class/net/${labNetwork.bridge}`;
  if (!existsSync(folder)) return undefined;
  const alias = readFileSync(`${folder}/ifalias`, "utf8").trim();
  return alias.startsWith(aliasPrefix) ? alias.slice(aliasPrefix.length) : "";
}

/** Makes the bridge, and lets machines reach through it what the host reaches. */
export async function createNetwork(layout: Layout, packages: HostPackages): Promise<void> {
  const prefix = labNetwork.subnet.split("/")[1] ?? "";
  const { bridge, gateway, subnet } = labNetwork;
  await run("ip", ["link", "add", bridge, "type", "bridge"]);
  await run("ip", ["link", "set", bridge, "alias", `${aliasPrefix}${layout.dir}`]);
  await run("ip", ["addr", "add", `${gateway}/${prefix}`, "dev", bridge]);
  await run("ip", ["link", "set", bridge, "up"]);
  writeFileSync(`${layout.run}/ip_forward`, readFileSync(forwarding));
  writeFileSync(forwarding, "1");
  await run("nft", ["-f", "-"], {
    env: packages.env,
    input: `table ip ${table} {
  chain postrouting {
    type nat hook postrouting priority 100; policy accept;
    ip saddr ${subnet} ip daddr != ${subnet} masquerade
  }
}
`,
  });
  await acceptForwarding("-I");
}

/** Takes away what createNetwork has made, as far as it is there. */
export async function removeNetwork(layout: Layout, packages: HostPackages): Promise<void> {
  await acceptForwarding("-D");
  await runAny("nft", ["delete", "table", "ip", table], { env: packages.env });
  const saved = `${layout.run}/ip_forward`;
  if (existsSync(saved)) writeFileSync(forwarding, readFileSync(saved));
  // Last: by the bridge the rest is found.
  await run("ip", ["link", "delete", labNetwork.bridge]);
}

/** Removes a bridge that a lab was killed over before it had put its name on it. */
export async function removeNamelessBridge(): Promise<void> {
  const { bridge } = labNetwork;
  if (readdirSync(`/sys/class/net/${bridge}/brif`).length > 0) {
    throw new LabError(
      `This host has a network bridge ${bridge} that is in use and that no lab has made. The lab needs that name: rename the bridge, or remove it with: ip link delete ${bridge}`,
    );
  }
  await run("ip", ["link", "delete", bridge]);
}

/**
 * A host whose firewall forwards nothing by default (another Docker engine sets it so) needs to be told that the lab's
 * bridge may. Where everything is forwarded anyway, no rule is made.
 */
async function acceptForwarding(operation: "-I" | "-D"): Promise<void> {
  const policy = await runAny("iptables", ["-S", "FORWARD"]).catch(() => undefined);
  if (policy?.code !== 0) return;
  const there = policy.stdout.includes(labNetwork.bridge);
  if (operation === "-I" ? !policy.stdout.includes("-P FORWARD DROP") || there : !there) return;
  for (const direction of ["-i", "-o"]) {
    await run("iptables", [operation, "FORWARD", direction, labNetwork.bridge, "-j", "ACCEPT"]);
  }
}

/** The name servers and search domains that the host uses, as its network gave them. */
export function hostResolvers(): { servers: string[]; search: string } {
  for (const path of ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"]) {
    if (!existsSync(path)) continue;
    const found = parseResolvers(readFileSync(path, "utf8"));
    if (found.servers.length > 0) return found;
  }
  return { servers: [], search: "" };
}

/** Name servers that others than this host can ask: not those on its loopback interface. */
export function parseResolvers(text: string): { servers: string[]; search: string } {
  const servers = [...text.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1] ?? "");
  return {
    servers: servers.filter((each) => !each.startsWith("127.") && each !== "::1"),
    search: /^search\s+(.+)$/m.exec(text)?.[1]?.trim() ?? "",
  };
}

/** Refuses to stand beside another lab: both would use the same addresses. */
export function refuseOtherLab(owner: string, layout: Layout): never {
  throw new LabError(
    `A lab runs already, in ${owner}, and two labs on one host would use the same network (${labNetwork.subnet}). ` +
      `Take it down first: LAB_DIR=${owner} make lab-down (this one would have been in ${layout.dir}).`,
  );
}
