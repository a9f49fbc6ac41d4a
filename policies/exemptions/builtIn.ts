/**
 * Parts of the platform that can't be otherwise: what a rule for applications forbids is what they are there to do. They are
 * in the evidence with their reasons, as exemptions of a site are.
 */
import type { Resource } from "../core/resource";

export interface BuiltIn {
  readonly rules: readonly string[];
  /** Type of a component that the resource is in. */
  readonly within: string;
  /** Part of the resource's name; absent: all of the component. */
  readonly name?: RegExp;
  readonly reason: string;
}

const addons = "slipway:kubernetes:Addons";
const swarmIngress = "slipway:ingress:Ingress";
const kubernetesIngress = "slipway:ingress:KubernetesIngress";
const scheduler = "slipway:scheduler:Scheduler";

export const builtIn: readonly BuiltIn[] = [
  {
    rules: ["SLW-APP-004"],
    within: addons,
    reason:
      "Parts of the cluster have a limit of memory alone: CPU that nobody uses is better used, and reservations say who comes first.",
  },
  {
    rules: ["SLW-APP-004"],
    within: kubernetesIngress,
    reason:
      "Requests of all applications pass here: memory has its limit, and CPU that nobody uses is better used.",
  },
  {
    rules: ["SLW-APP-004", "SLW-APP-005"],
    within: swarmIngress,
    reason:
      "Requests of all applications pass here: memory is limited and reserved, and CPU that nobody uses is better used.",
  },
  {
    rules: ["SLW-APP-004", "SLW-APP-005"],
    within: scheduler,
    reason: "It does next to nothing: memory is limited and reserved.",
  },
  {
    rules: ["SLW-APP-009", "SLW-APP-011", "SLW-APP-012", "SLW-APP-013", "SLW-APP-014"],
    within: addons,
    name: /-(flannel|network-policy)-/,
    reason:
      "It sets routes and the packet filter of its node: that takes the node's network, root, and NET_ADMIN and NET_RAW of all capabilities.",
  },
  {
    rules: [
      "SLW-APP-008",
      "SLW-APP-011",
      "SLW-APP-012",
      "SLW-APP-013",
      "SLW-APP-014",
      "SLW-APP-026",
    ],
    within: addons,
    name: /-vsphere/,
    reason: "It attaches and mounts volumes for its node, which nothing less may do.",
  },
  {
    rules: ["SLW-APP-009"],
    within: addons,
    name: /-vsphere/,
    reason: "It finds its node by the node's own network.",
  },
  {
    rules: ["SLW-APP-028"],
    within: addons,
    reason: "It works for the API server, with rights for just that.",
  },
  {
    rules: ["SLW-APP-028"],
    within: kubernetesIngress,
    reason: "It asks the API server for routes, and may read nothing else.",
  },
  {
    rules: ["SLW-APP-030"],
    within: addons,
    reason:
      "It is on the network of its node, which no policy divides, or is asked by the API server from there, or opens no port.",
  },
  {
    rules: ["SLW-APP-030"],
    within: kubernetesIngress,
    reason: "Its ports are its nodes' own, for everybody, and it asks pods of all applications.",
  },
  {
    rules: ["SLW-APP-006", "SLW-APP-007"],
    within: addons,
    name: /-local-path-/,
    reason: "It answers no requests: it watches claims, and ends when it can't.",
  },
  {
    rules: ["SLW-APP-019"],
    within: addons,
    name: /-local-path-/,
    reason: "There must never be two of it, so that the old one goes first.",
  },
  {
    rules: ["SLW-APP-006", "SLW-APP-007"],
    within: kubernetesIngress,
    reason:
      "The filter beside Traefik is a part of its pod: Traefik's own probes fail when it does not answer.",
  },
  {
    rules: ["SLW-APP-006", "SLW-APP-007"],
    within: swarmIngress,
    name: /-api$/,
    reason: "The filter answers Traefik alone, which is not ready without it.",
  },
  {
    rules: ["SLW-APP-006", "SLW-APP-007"],
    within: scheduler,
    reason: "It answers nobody: it starts jobs at their times, and ends when it can't.",
  },
  {
    rules: ["SLW-APP-017"],
    within: addons,
    reason: "While it moves to another node, applications go on without it.",
  },
  {
    rules: ["SLW-APP-017"],
    within: scheduler,
    reason: "Two of them would start every job twice.",
  },
  {
    rules: ["SLW-APP-010", "SLW-APP-011", "SLW-APP-012"],
    within: swarmIngress,
    name: /-api$/,
    reason:
      "The filter has the managers' socket, and lets through questions alone: that is what it is for.",
  },
  {
    rules: ["SLW-APP-010", "SLW-APP-011", "SLW-APP-012"],
    within: scheduler,
    name: /-api$/,
    reason:
      "The filter has the managers' socket, and lets through what the scheduler has to do: that is what it is for.",
  },
];

export function builtInExemption(rule: string, resource: Resource): BuiltIn | undefined {
  return builtIn.find(
    ({ rules, within, name }) =>
      rules.includes(rule) &&
      resource.within.includes(within) &&
      (name?.test(resource.name) ?? true),
  );
}
