import type { Node, NodeSpec } from "../../../../provider/swarm/nodes";

/** A node as a manager lists it; what a test does not care about has a plain value. */
export function node(
  id: string,
  {
    role = "worker",
    state = "ready",
    reachability,
    labels = {},
    hostname = id,
    availability = "active",
  }: {
    role?: NodeSpec["Role"];
    state?: string;
    reachability?: string;
    labels?: Record<string, string>;
    hostname?: string;
    availability?: NodeSpec["Availability"];
  } = {},
): Node {
  const status = reachability ?? (state === "ready" ? "reachable" : "unreachable");
  return {
    ID: id,
    Version: { Index: 1 },
    Spec: { Role: role, Availability: availability, Labels: labels },
    Description: { Hostname: hostname },
    Status: { State: state },
    ...(role === "manager" && { ManagerStatus: { Reachability: status, Addr: `${id}:2377` } }),
  };
}
