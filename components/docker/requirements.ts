import type { HostRequirements, KernelFeature } from "../../provider/sdk";
import { maxClockSkewSeconds } from "../machines/hosts";
import type { MachineSize } from "../machines/machine";
import { enginePort } from "../monitoring/names";
import type { NodeRole, OsSpec, SwarmSpec } from "../spec";

/** TCP port of the managers' Docker API. */
const dockerApiPort = 2376;

/**
 * What a host must be like before its engine is installed.
 *
 * Ports: https://docs.docker.com/engine/swarm/swarm-tutorial/#open-protocols-and-ports-between-the-hosts
 */
export function hostRequirements(
  role: NodeRole,
  size: MachineSize,
  os: OsSpec,
  swarm: SwarmSpec,
  monitored = false,
): HostRequirements {
  return {
    os: os.expected,
    minCpus: size.numCpus,
    minMemoryMiB: size.memoryMiB,
    minDiskGiB: size.freeDiskGiB,
    maxClockSkewSeconds,
    freePorts: [
      ...(role === "manager" ? ["2377/tcp", `${dockerApiPort}/tcp`] : []),
      "7946/tcp",
      "7946/udp",
      `${swarm.dataPathPort}/udp`,
      ...(monitored ? [`${enginePort}/tcp`] : []),
    ],
    features: features(swarm),
  };
}

/** IPVS is none of them: a cluster can live without virtual IPs, and applications that need one are told. */
function features(swarm: SwarmSpec): readonly KernelFeature[] {
  return ["overlayfs", "vxlan", ...(swarm.encryptOverlays ? (["esp"] as const) : [])];
}
