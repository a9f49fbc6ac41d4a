import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Gathered } from "../../../provider/host/facts";
import { preflight, preflightError, type Peer } from "../../../provider/host/preflight";
import type { HostRequirements } from "../../../provider/sdk/shapes";

const good: Gathered = {
  facts: {
    hostname: "lab-managers-0-g1",
    machineId: "aaaa",
    os: { id: "debian", versionId: "12", prettyName: "Debian GNU/Linux 12 (bookworm)" },
    kernel: "6.1.0-28-amd64",
    architecture: "x86_64",
    cpus: 2,
    memoryMiB: 3900,
    diskFreeGiB: 30,
    features: { ipvs: true, esp: true, vxlan: true, overlayfs: true, ipset: true },
  },
  clockSkewSeconds: 0.2,
  listeners: [{ protocol: "tcp", port: 22, process: "sshd" }],
  engineRuns: false,
  undetermined: [],
  cloudInitErrors: [],
};
const wanted: HostRequirements = {
  os: { id: "debian", versionId: "12" },
  minCpus: 2,
  minMemoryMiB: 4096,
  minDiskGiB: 20,
  maxClockSkewSeconds: 2,
  freePorts: ["2377/tcp", "7946/udp", "4789/udp"],
  features: ["ipvs", "esp", "vxlan", "overlayfs", "ipset"],
};
const address = "10.89.0.10";
const peer: Peer = {
  machine: "managers-1",
  address: "10.89.0.11",
  hostname: "lab-managers-1-g1",
  machineId: "bbbb",
  reachable: true,
};
const without = (feature: string) => ({
  facts: { ...good.facts, features: { ...good.facts.features, [feature]: false } },
});

interface Case {
  readonly name: string;
  readonly gathered?: Partial<Gathered>;
  readonly requirements?: Partial<HostRequirements>;
  readonly peers?: readonly Peer[];
  readonly says: RegExp | undefined;
}

const cases: readonly Case[] = [
  { name: "accepts a host as it should be", peers: [peer], says: undefined },
  {
    name: "accepts the memory that firmware and kernel leave of a VM",
    gathered: { facts: { ...good.facts, memoryMiB: 3700 } },
    says: undefined,
  },
  {
    name: "rejects another OS",
    requirements: { os: { id: "debian", versionId: "13" } },
    says: /^runs Debian GNU\/Linux 12 \(bookworm\) \(debian 12\), but the machines of this cluster run debian 13: use the standard template$/,
  },
  {
    name: "rejects too few CPUs",
    requirements: { minCpus: 4 },
    says: /^has 2 CPU\(s\), needs 4: raise numCpus of its pool$/,
  },
  {
    name: "rejects too little memory",
    requirements: { minMemoryMiB: 8192 },
    says: /^has 3900 MiB of memory, needs 8192: raise memoryMiB of its pool$/,
  },
  {
    name: "rejects too little disk",
    requirements: { minDiskGiB: 40 },
    says: /^has 30 GiB free under \/var\/lib, needs 40: raise diskGiB of its pool, or make room$/,
  },
  {
    name: "rejects a clock that is ahead",
    gathered: { clockSkewSeconds: 12.34 },
    says: /^its clock is 12\.3 s ahead of this machine's, more than 2 s: set NTP servers/,
  },
  {
    name: "rejects a clock that is behind",
    gathered: { clockSkewSeconds: -3 },
    says: /^its clock is 3\.0 s behind/,
  },
  {
    name: "rejects a kernel without IPVS where a service needs a virtual IP",
    gathered: without("ipvs"),
    says: /no IPVS \(ip_vs\).*CONFIG_IP_VS.*endpoint_mode: dnsrr/,
  },
  {
    name: "accepts a kernel without IPVS where none is needed",
    gathered: without("ipvs"),
    requirements: { features: ["vxlan", "overlayfs"] },
    says: undefined,
  },
  {
    name: "rejects a kernel without ESP where an overlay is to be encrypted",
    gathered: without("esp"),
    says: /no ESP \(CONFIG_INET_ESP\).*lose all traffic.*plain overlay networks/,
  },
  {
    name: "says when a feature could not be found out",
    gathered: { ...without("esp"), undetermined: ["esp"] },
    says: /whether its kernel 6\.1\.0-28-amd64 has esp could not be found out: install iproute2/,
  },
  {
    name: "rejects a port in use and names who uses it",
    gathered: { listeners: [{ protocol: "tcp", port: 2377, process: "haproxy" }] },
    says: /^port 2377\/tcp is in use by haproxy: stop it or move it to another port$/,
  },
  {
    name: "tells TCP from UDP",
    gathered: { listeners: [{ protocol: "tcp", port: 4789, process: "haproxy" }] },
    says: undefined,
  },
  {
    name: "accepts ports that the engine itself uses",
    gathered: { listeners: [{ protocol: "tcp", port: 2377, process: "dockerd" }] },
    says: undefined,
  },
  {
    name: "accepts the kernel's vxlan socket where an engine runs",
    gathered: { listeners: [{ protocol: "udp", port: 4789 }], engineRuns: true },
    says: undefined,
  },
  {
    name: "rejects the kernel's vxlan socket where no engine runs",
    gathered: { listeners: [{ protocol: "udp", port: 4789 }] },
    says: /^port 4789\/udp is in use by the kernel/,
  },
  {
    name: "rejects swap where the kubelet wants it off",
    gathered: { facts: { ...good.facts, swapMiB: 977 } },
    requirements: { swapOff: true },
    says: /^has 977 MiB of swap, which the kubelet refuses/,
  },
  {
    name: "accepts swap where nobody asks for it to be off",
    gathered: { facts: { ...good.facts, swapMiB: 977 } },
    says: undefined,
  },
  {
    name: "accepts ports of the orchestrator's own processes",
    gathered: { listeners: [{ protocol: "tcp", port: 6443, process: "kube-apiserver" }] },
    requirements: { freePorts: ["6443/tcp"], ownProcesses: ["kube-apiserver"] },
    says: undefined,
  },
  {
    name: "rejects Docker's processes at the ports of another orchestrator",
    gathered: { listeners: [{ protocol: "tcp", port: 6443, process: "dockerd" }] },
    requirements: { freePorts: ["6443/tcp"], ownProcesses: ["kube-apiserver"] },
    says: /^port 6443\/tcp is in use by dockerd/,
  },
  {
    name: "names the ports at which the orchestrator's machines must reach each other",
    requirements: { peerPorts: ["6443/tcp", "10250/tcp", "8472/udp"] },
    peers: [{ ...peer, reachable: false }],
    says: /nodes must reach each other at 6443\/tcp, 10250\/tcp and 8472\/udp/,
  },
  {
    name: "says when ports could not be found out",
    gathered: { listeners: undefined },
    says: /which of its ports are in use could not be found out/,
  },
  {
    name: "rejects a duplicate host name",
    peers: [{ ...peer, hostname: good.facts.hostname }],
    says: /^its host name lab-managers-0-g1 is that of managers-1 too/,
  },
  {
    name: "rejects a duplicate machine-id and says how to mend template and machine",
    peers: [{ ...peer, machineId: "aaaa" }],
    says: /^its machine-id aaaa is that of managers-1 too.*empty \/etc\/machine-id in the template.*systemd-machine-id-setup/,
  },
  {
    name: "rejects a duplicate address",
    peers: [{ ...peer, address }],
    says: /^its address 10\.89\.0\.10 is that of managers-1 too/,
  },
  {
    name: "rejects a host that reaches no other",
    peers: [{ ...peer, reachable: false }],
    says: /^gets no answer from managers-1 \(10\.89\.0\.11\).*2377\/tcp/,
  },
  {
    name: "is content with a peer that could not be asked",
    peers: [{ machine: "workers-0", address: "10.89.0.20" }],
    says: undefined,
  },
];

describe("preflight", () => {
  for (const { name, gathered, requirements, peers, says } of cases) {
    test(name, () => {
      const problems = preflight(
        address,
        { ...good, ...gathered },
        { ...wanted, ...requirements },
        peers ?? [],
      );
      if (says === undefined) assert.deepEqual(problems, []);
      else {
        assert.equal(problems.length, 1, problems.join("\n"));
        assert.match(problems[0] ?? "", says);
      }
    });
  }

  test("reports all problems of a host in one error", () => {
    const problems = preflight(
      address,
      { ...good, clockSkewSeconds: 60 },
      { ...wanted, minCpus: 8, os: { id: "ubuntu", versionId: "24.04" } },
      [],
    );
    const { message } = preflightError("managers-0", problems);
    assert.match(
      message,
      /^managers-0: 3 problems, found before anything was changed:\n {2}- runs /,
    );
    assert.equal(message.split("\n").length, 4);
  });
});
