import type { Orchestrator } from "../types";

/** TCP ports that nodes listen on themselves, and whose they are. */
const taken: Readonly<Record<Orchestrator, ReadonlyMap<number, string>>> = {
  swarm: new Map([
    [2376, "the managers' Docker API"],
    [2377, "the Swarm's managers"],
    [7946, "the Swarm's gossip"],
  ]),
  // https://kubernetes.io/docs/reference/networking/ports-and-protocols/, and what listens on the loopback besides
  kubernetes: new Map([
    [2379, "etcd"],
    [2380, "etcd's members"],
    [2381, "etcd's metrics"],
    [6443, "the API server"],
    [10248, "the kubelet's health"],
    [10249, "kube-proxy's metrics"],
    [10250, "the kubelet"],
    [10256, "kube-proxy's health"],
    [10257, "the controller manager"],
    [10259, "the scheduler"],
  ]),
};

/** Ports that Kubernetes gives to services of type NodePort. */
const nodePorts = { first: 30000, last: 32767 } as const;

/** Whose a TCP port of the nodes is already; undefined for a free one. */
export function ownerOfPort(
  orchestrator: Orchestrator | undefined,
  port: number,
): string | undefined {
  if (orchestrator === undefined) return undefined;
  const isNodePort = port >= nodePorts.first && port <= nodePorts.last;
  if (orchestrator === "kubernetes" && isNodePort) {
    return `services of type NodePort (${nodePorts.first} to ${nodePorts.last})`;
  }
  return taken[orchestrator].get(port);
}
