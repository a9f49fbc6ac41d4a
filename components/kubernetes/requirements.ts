import type { HostRequirements } from "../../provider/sdk";
import { maxClockSkewSeconds } from "../machines/hosts";
import type { MachineSize } from "../machines/machine";
import type { KubernetesSpec, NodeRole, OsSpec } from "../spec";
import { vxlanPort } from "./addons/flannel";
import { networkPolicyPort } from "./addons/networkPolicy";

/**
 * Names of Kubernetes' own processes as the kernel has them, which keeps 15 characters. A host that is a node already
 * keeps what it has.
 */
const ownProcesses = [
  "containerd",
  "etcd",
  "kube-apiserver",
  "kube-controller",
  "kube-scheduler",
  "kube-proxy",
  "kubelet",
  "kube-router",
];

/**
 * What a host must be like before anything is changed on it. Flannel's own port is not among those that must be free: it
 * belongs to the kernel, which tells no owner.
 *
 * Ports: https://kubernetes.io/docs/reference/networking/ports-and-protocols/
 */
export function hostRequirements(
  role: NodeRole,
  size: MachineSize,
  os: OsSpec,
  { podNetwork, networkPolicy }: Pick<KubernetesSpec, "networkPolicy" | "podNetwork">,
): HostRequirements {
  const hasFlannel = podNetwork === "flannel";
  const hasRouter = hasFlannel && networkPolicy;
  return {
    os: os.expected,
    minCpus: size.numCpus,
    minMemoryMiB: size.memoryMiB,
    minDiskGiB: size.freeDiskGiB,
    maxClockSkewSeconds,
    freePorts: [
      ...(role === "worker" ? [] : ["6443/tcp", "2379/tcp", "2380/tcp", "10257/tcp", "10259/tcp"]),
      "10250/tcp",
      "10256/tcp",
      ...(hasRouter ? [`${networkPolicyPort}/tcp`] : []),
    ],
    features: [
      "overlayfs",
      ...(hasFlannel ? (["vxlan"] as const) : []),
      ...(hasRouter ? (["ipset"] as const) : []),
    ],
    ownProcesses,
    peerPorts: ["6443/tcp", "10250/tcp", ...(hasFlannel ? [`${vxlanPort}/udp`] : [])],
    swapOff: true,
  };
}
