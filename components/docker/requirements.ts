import type { HostRequirements, KernelFeature } from "../../provider/sdk";
import type { ClusterSpec, NodePoolSpec } from "../spec";

/** Part of a machine's memory that firmware and kernel keep for themselves, so that asked-for and seen sizes differ. */
const memoryTolerance = 0.9;
/** What the engine, its images and a few containers need under /var/lib at the very least. */
const minFreeDiskGiB = 2;
/** Raft's election time-out bounds what managers stand; certificates and logs stand less. */
const maxClockSkewSeconds = 5;

/** What preflight asks of a host of the pool before anything is installed on it. */
export function hostRequirements(spec: ClusterSpec, pool: NodePoolSpec): HostRequirements {
  const features: KernelFeature[] = ["vxlan", "overlayfs"];
  if (spec.swarm.encryptOverlays) features.push("esp");
  const ports = ["7946/tcp", "7946/udp", `${spec.swarm.dataPathPort}/udp`];
  return {
    os: spec.os.expected,
    minCpus: pool.numCpus,
    minMemoryMiB: Math.floor(pool.memoryMiB * memoryTolerance),
    minDiskGiB: minFreeDiskGiB,
    maxClockSkewSeconds,
    freePorts: pool.role === "manager" ? ["2376/tcp", "2377/tcp", ...ports] : ports,
    features,
  };
}
