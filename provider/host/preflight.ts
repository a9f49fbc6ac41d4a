import type { HostFacts, HostRequirements, KernelFeature } from "../sdk/shapes";
import type { Gathered, Listener } from "./facts";

/** What the other machines of the cluster show, as far as they could be asked. */
export interface Peer {
  readonly machine: string;
  readonly address: string;
  /** Absent when the peer could not be asked. */
  readonly hostname?: string;
  readonly machineId?: string;
  /** Whether the host under test gets an answer from this peer; absent when that was not tried. */
  readonly reachable?: boolean;
}

/** Firmware and kernel keep some of a machine's memory to themselves (crash kernel, page tables). */
const usableMemory = 0.9;
/** Processes whose ports are the Docker engine's own. */
const engineProcesses = ["dockerd", "docker-proxy", "containerd"];

const lacking: Readonly<Record<KernelFeature, string>> = {
  ipvs:
    "the kernel has no IPVS (ip_vs), so virtual IPs and the ingress mesh cannot work: use a kernel with CONFIG_IP_VS, " +
    "or give every service `endpoint_mode: dnsrr` and host-mode ports",
  esp:
    "the kernel has no ESP (CONFIG_INET_ESP), so encrypted overlay networks would lose all traffic between nodes: " +
    "use another kernel, or plain overlay networks",
  vxlan:
    "the kernel has no vxlan, so overlay networks cannot work: use a kernel with CONFIG_VXLAN " +
    "(on cloud kernels, install the package with the extra modules)",
  overlayfs:
    "the kernel has no overlayfs, which image layers need: use a kernel with CONFIG_OVERLAY_FS",
  ipset:
    "the kernel has no IP sets (ip_set), which NetworkPolicies need: use a kernel with CONFIG_IP_SET, or networkPolicy: false",
};

/** What a Swarm's machines reach each other at. */
const swarmPeerPorts = ["2377/tcp", "7946/tcp+udp", "4789/udp"];

/** Everything that keeps this host from its role in the cluster, each with its cure. Pure. */
export function preflight(
  address: string,
  gathered: Gathered,
  requirements: HostRequirements,
  peers: readonly Peer[],
): readonly string[] {
  const { facts } = gathered;
  return [
    ...checkOs(facts, requirements),
    ...checkSize(facts, requirements),
    ...checkClock(gathered.clockSkewSeconds, requirements),
    ...checkFeatures(gathered, requirements),
    ...checkSwap(facts, requirements),
    ...checkPorts(gathered, requirements),
    ...checkIdentity(facts, address, peers),
    ...checkReach(peers, requirements),
  ];
}

function checkOs({ os }: HostFacts, { os: wanted }: HostRequirements): readonly string[] {
  if (os.id === wanted.id && os.versionId === wanted.versionId) return [];
  return [
    `runs ${os.prettyName} (${os.id} ${os.versionId}), but the machines of this cluster run ${wanted.id} ${wanted.versionId}: use the standard template`,
  ];
}

function checkSize(facts: HostFacts, wanted: HostRequirements): readonly string[] {
  const problems: string[] = [];
  if (facts.cpus < wanted.minCpus) {
    problems.push(`has ${facts.cpus} CPU(s), needs ${wanted.minCpus}: raise numCpus of its pool`);
  }
  if (facts.memoryMiB < wanted.minMemoryMiB * usableMemory) {
    problems.push(
      `has ${facts.memoryMiB} MiB of memory, needs ${wanted.minMemoryMiB}: raise memoryMiB of its pool`,
    );
  }
  if (facts.diskFreeGiB < wanted.minDiskGiB) {
    problems.push(
      `has ${facts.diskFreeGiB} GiB free under /var/lib, needs ${wanted.minDiskGiB}: raise diskGiB of its pool, or make room`,
    );
  }
  return problems;
}

function checkClock(skew: number, { maxClockSkewSeconds }: HostRequirements): readonly string[] {
  if (Math.abs(skew) <= maxClockSkewSeconds) return [];
  const direction = skew > 0 ? "ahead" : "behind";
  return [
    `its clock is ${Math.abs(skew).toFixed(1)} s ${direction} of this machine's, more than ${maxClockSkewSeconds} s: set NTP servers that it reaches (and check this machine's own clock)`,
  ];
}

function checkFeatures(gathered: Gathered, wanted: HostRequirements): readonly string[] {
  return wanted.features
    .filter((feature) => !gathered.facts.features[feature])
    .map((feature) =>
      gathered.undetermined.includes(feature)
        ? `whether its kernel ${gathered.facts.kernel} has ${feature} could not be found out: install iproute2 and kmod on it`
        : lacking[feature],
    );
}

function checkSwap({ swapMiB = 0 }: HostFacts, { swapOff = false }: HostRequirements) {
  if (!swapOff || swapMiB === 0) return [];
  return [
    `has ${swapMiB} MiB of swap, which the kubelet refuses: take its line out of /etc/fstab of the template; on this machine: \`swapoff -a\`, and mask the swap units that \`systemctl list-units --type swap\` shows`,
  ];
}

function checkPorts(gathered: Gathered, wanted: HostRequirements): readonly string[] {
  if (gathered.listeners === undefined) {
    return wanted.freePorts.length === 0
      ? []
      : ["which of its ports are in use could not be found out: install iproute2 on it"];
  }
  const taken = gathered.listeners.filter((one) => !isOwn(one, gathered.engineRuns, wanted));
  return wanted.freePorts.flatMap((wantedPort) => {
    const holder = taken.find((one) => `${one.port}/${one.protocol}` === wantedPort);
    if (holder === undefined) return [];
    return [
      `port ${wantedPort} is in use by ${holder.process ?? "the kernel"}: stop it or move it to another port`,
    ];
  });
}

/** The kernel's own sockets (no process) are the engine's overlay networks, where an engine runs. */
function isOwn(
  listener: Listener,
  engineRuns: boolean,
  { ownProcesses = engineProcesses }: HostRequirements,
): boolean {
  if (listener.process === undefined) return engineRuns;
  return ownProcesses.includes(listener.process);
}

function checkIdentity(
  facts: HostFacts,
  address: string,
  peers: readonly Peer[],
): readonly string[] {
  return peers.flatMap((peer) => {
    const problems: string[] = [];
    if (peer.hostname === facts.hostname) {
      problems.push(
        `its host name ${facts.hostname} is that of ${peer.machine} too: every machine needs its own`,
      );
    }
    if (peer.machineId === facts.machineId) {
      problems.push(
        `its machine-id ${facts.machineId} is that of ${peer.machine} too, so DHCP and the journal take them for one machine: ` +
          "empty /etc/machine-id in the template; on this machine: `rm /etc/machine-id /var/lib/dbus/machine-id; systemd-machine-id-setup`, then reboot",
      );
    }
    if (peer.address === address) {
      problems.push(
        `its address ${address} is that of ${peer.machine} too: correct the static addresses`,
      );
    }
    return problems;
  });
}

function checkReach(
  peers: readonly Peer[],
  { peerPorts = swarmPeerPorts }: HostRequirements,
): readonly string[] {
  const silent = peers.filter((peer) => peer.reachable === false);
  if (silent.length === 0) return [];
  const names = silent.map((peer) => `${peer.machine} (${peer.address})`).join(", ");
  return [
    `gets no answer from ${names}: nodes must reach each other at ${inWords(peerPorts)}; check networks and firewalls between them`,
  ];
}

function inWords(list: readonly string[]): string {
  return list.length < 2 ? list.join() : `${list.slice(0, -1).join(", ")} and ${list.at(-1) ?? ""}`;
}

/** The one error for a host. */
export function preflightError(machine: string, problems: readonly string[]): Error {
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return new Error(
    `${machine}: ${count}, found before anything was changed:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
  );
}
