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
const swarmRegistry = "slipway:registry:Registry";
const kubernetesRegistry = "slipway:registry:KubernetesRegistry";
const swarmMonitoring = "slipway:monitoring:Monitoring";
const kubernetesMonitoring = "slipway:monitoring:KubernetesMonitoring";
const swarmGrafana = "slipway:grafana:Grafana";
const kubernetesGrafana = "slipway:grafana:KubernetesGrafana";
const swarmLogging = "slipway:logging:Logging";
const kubernetesLogging = "slipway:logging:KubernetesLogging";

/** The same of several components. */
function ofEach(
  components: readonly string[],
  exemption: Omit<BuiltIn, "within">,
): readonly BuiltIn[] {
  return components.map((within) => ({ ...exemption, within }));
}

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
  {
    rules: ["SLW-APP-004", "SLW-APP-005"],
    within: swarmRegistry,
    reason:
      "Images come and go at once, and then it rests: memory is limited and reserved, and CPU that nobody uses is better used.",
  },
  {
    rules: ["SLW-APP-004"],
    within: kubernetesRegistry,
    reason:
      "Images come and go at once, and then it rests: memory has its limit, and CPU that nobody uses is better used.",
  },
  {
    rules: ["SLW-APP-012"],
    within: swarmRegistry,
    reason:
      "A named volume of a Swarm is root's: it is root in its container, without any capability.",
  },
  ...ofEach([swarmRegistry, kubernetesRegistry], {
    rules: ["SLW-APP-017"],
    reason:
      "One process alone writes, as garbage is only found while nobody else does; and all run where their volume is.",
  }),
  {
    rules: ["SLW-APP-019"],
    within: kubernetesRegistry,
    reason:
      "The old one goes first: it has the port of the node, and two of them must never write.",
  },
  ...ofEach([swarmRegistry, kubernetesRegistry], {
    rules: ["SLW-STK-001"],
    reason:
      "Engines pull by ports of its own, where it has TLS and asks for accounts: SLW-CLU-011 looks at that.",
  }),
  {
    rules: ["SLW-APP-004"],
    within: swarmMonitoring,
    name: /-api$/,
    reason:
      "The filter is asked a few times in a minute: memory is limited, and CPU that nobody uses is better used.",
  },
  ...ofEach([swarmMonitoring, swarmGrafana, swarmLogging], {
    rules: ["SLW-APP-005"],
    reason:
      "Memory is limited and reserved, and CPU is limited: what nobody uses of that is better used.",
  }),
  {
    rules: ["SLW-APP-006", "SLW-APP-007"],
    within: swarmMonitoring,
    name: /-(cadvisor|node-exporter|blackbox-exporter|json-exporter|api)$/,
    reason:
      "It keeps nothing, and answers Prometheus alone, which tells when it does not (TargetDown).",
  },
  {
    rules: ["SLW-APP-010", "SLW-APP-011", "SLW-APP-012"],
    within: swarmMonitoring,
    name: /-api$/,
    reason:
      "The filter has the managers' socket, and lets through questions alone, those of Prometheus: that is what it is for.",
  },
  {
    rules: ["SLW-APP-011", "SLW-APP-012"],
    within: swarmMonitoring,
    name: /-cadvisor$/,
    reason:
      "It measures the containers of its node, whose files are root's, and has none to write to.",
  },
  ...ofEach([swarmMonitoring, kubernetesMonitoring], {
    rules: ["SLW-APP-011"],
    name: /-node-exporter$/,
    reason: "It measures its node, whose files it sees and can't write.",
  }),
  ...ofEach([swarmMonitoring, kubernetesMonitoring], {
    rules: ["SLW-APP-017"],
    reason:
      "Prometheus and Alertmanager have their data on one volume; the dead man's switch tells when they are away.",
  }),
  {
    rules: ["SLW-APP-028"],
    within: kubernetesMonitoring,
    name: /-(prometheus|json-exporter)$/,
    reason: "It asks the API server what there is to measure, and may change nothing there.",
  },
  ...ofEach([swarmGrafana, kubernetesGrafana], {
    rules: ["SLW-APP-017"],
    reason: "Dashboards come from files: another one in its place has them all.",
  }),
  {
    rules: ["SLW-APP-006", "SLW-APP-007"],
    within: swarmLogging,
    name: /-(gateway|keeper|collector)$/,
    reason:
      "Users ask none of them, and each ends when it can't go on; what they do not bring on waits on disk, and alerts tell of it.",
  },
  {
    rules: ["SLW-APP-006", "SLW-APP-007"],
    within: kubernetesLogging,
    name: /-store$/,
    reason:
      "The keeper beside OpenSearch answers nobody: it enforces the retention, and ends when it can't.",
  },
  {
    rules: ["SLW-APP-006", "SLW-APP-007"],
    within: swarmLogging,
    name: /-dashboards$/,
    reason:
      "Its image has nothing to ask it with; it keeps nothing, and those who look at it see when it is away.",
  },
  {
    rules: ["SLW-STK-001"],
    within: swarmLogging,
    name: /-dashboards$/,
    reason:
      "It has TLS and accounts of its own, at its own port, as a cluster need not have an ingress.",
  },
  ...ofEach([swarmLogging, kubernetesLogging], {
    rules: ["SLW-APP-011", "SLW-APP-012"],
    name: /-collector$/,
    reason:
      "It reads the logs of all containers and of its node, which are root's, and keeps there how far it is.",
  }),
  {
    rules: ["SLW-APP-012"],
    within: swarmLogging,
    name: /-gateway$/,
    reason:
      "Secrets of a Swarm are root's files: it is root in its container, without any capability.",
  },
  ...ofEach([swarmLogging, kubernetesLogging], {
    rules: ["SLW-APP-013"],
    name: /-(store|dashboards)$/,
    reason:
      "It unpacks into folders beside its program, and makes its keystore at the first start.",
  }),
  ...ofEach([swarmLogging, kubernetesLogging], {
    rules: ["SLW-APP-014"],
    name: /-collector$/,
    reason: "The node's journal is read by the node's own program, in the node's root.",
  }),
  ...ofEach([swarmLogging, kubernetesLogging], {
    rules: ["SLW-APP-017"],
    reason:
      "Lines are on one volume; while what takes them is away, collectors keep theirs on disk.",
  }),
  {
    rules: ["SLW-APP-024"],
    within: kubernetesLogging,
    name: /-collector$/,
    reason:
      "What it has not sent is on disk, and is lost only where it ends by itself: it is stopped at once.",
  },
  {
    rules: ["SLW-APP-028"],
    within: kubernetesLogging,
    name: /-collector$/,
    reason: "It asks the API server whose a line is, and may change nothing there.",
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
