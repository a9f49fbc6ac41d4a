import { ingressPeers } from "../../ingress/kubernetes/routes";
import { toClusterDns } from "../../kubernetes/dns";
import { isScraped, scrapePort } from "../../monitoring/applicationLabels";
import type { ComposeProject, ComposeService } from "../../spec";
import { byName } from "../service";
import {
  annotated,
  commonLabels,
  divided,
  dnsLabel,
  internalLabel,
  namespaceOf,
  networkLabel,
  selectorLabels,
  serviceName,
  yes,
} from "./names";
import { hostPorts, publishedPorts } from "./ports";
import type { KubernetesArgs, Labels, PlannedObject } from "./types";

/** Whether the service is on internal networks only, and so may reach nothing outside of them. */
export function isInternal(service: ComposeService, project: ComposeProject): boolean {
  const keys = Object.keys(service.networks ?? {});
  return keys.length > 0 && keys.every((key) => project.networks?.[key]?.internal === true);
}

/**
 * Who may talk to whom: nobody, unless both are on a network of the file; besides the ingress to services with routes, and
 * everybody to ports that are published. One pod network for all has to be divided by policies, and only where the
 * cluster's network enforces them are they more than words.
 */
export function networkPolicies(args: KubernetesArgs): readonly PlannedObject[] {
  const { project } = args.plan;
  const services = Object.entries(project.services);
  const used = new Set(services.flatMap(([, { networks }]) => Object.keys(networks ?? {})));
  const internal = services.filter(([, service]) => isInternal(service, project));
  return [
    policy(args, "default-deny", "default-deny", { podSelector: {}, policyTypes: ["Ingress"] }),
    ...byName(project.networks).flatMap(([key, network]) => {
      if (!used.has(key)) return [];
      const label = { [networkLabel(network.external ? network.name : key)]: yes };
      const members = { podSelector: { matchLabels: label } };
      // An external network is one of several applications: whoever has its label is on it.
      const peer = network.external ? { ...members, namespaceSelector: {} } : members;
      const name = `network-${dnsLabel(key, 50)}`;
      const isAnyInternal = internal.some(([, service]) => key in (service.networks ?? {}));
      return [
        policy(
          args,
          `network-${key}`,
          name,
          { ...members, policyTypes: ["Ingress"], ingress: [{ from: [peer] }] },
          network.labels,
        ),
        ...(isAnyInternal
          ? [
              policy(args, `internal-${key}`, `internal-${dnsLabel(key, 50)}`, {
                podSelector: { matchLabels: { ...label, [internalLabel]: yes } },
                policyTypes: ["Egress"],
                egress: [{ to: [peer] }, toClusterDns],
              }),
            ]
          : []),
      ];
    }),
    ...services.flatMap(([key, service]) => [
      ...fromIngress(key, service, args),
      ...fromOutside(key, service, args),
      ...fromMonitoring(key, service, args),
    ]),
  ];
}

function policy(
  { application }: KubernetesArgs,
  key: string,
  name: string,
  spec: object,
  own: Labels = {},
): PlannedObject {
  const { labels, annotations } = divided(own);
  return {
    key: `NetworkPolicy/${key}`,
    object: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: {
        name,
        namespace: namespaceOf(application),
        labels: { ...labels, ...commonLabels(application) },
        ...annotated(annotations),
      },
      spec,
    },
    after: ["Namespace"],
  };
}

/** The ingress controller reaches the ports that routes of the service name. */
function fromIngress(key: string, service: ComposeService, args: KubernetesArgs): PlannedObject[] {
  const { ingress, application } = args;
  const rules = service["x-slipway"]?.ingress ?? [];
  if (ingress === undefined || rules.length === 0) return [];
  const ports = [...new Set(rules.map(({ port }) => port))];
  return [
    policy(args, `ingress-${key}`, `ingress-${serviceName(key)}`, {
      podSelector: { matchLabels: selectorLabels(application, serviceName(key)) },
      policyTypes: ["Ingress"],
      ingress: [
        {
          ...ingressPeers(ingress),
          ports: ports.map((port) => ({ protocol: "TCP", port })),
        },
      ],
    }),
  ];
}

/** Prometheus reaches the port at which the service has its metrics. */
function fromMonitoring(
  key: string,
  { deploy }: ComposeService,
  { monitoring, application, ...args }: KubernetesArgs,
): PlannedObject[] {
  const port = scrapePort(deploy?.labels);
  if (monitoring === undefined || !isScraped(deploy?.labels) || port === undefined) return [];
  return [
    policy({ ...args, application }, `monitoring-${key}`, `monitoring-${serviceName(key)}`, {
      podSelector: { matchLabels: selectorLabels(application, serviceName(key)) },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            {
              namespaceSelector: {
                matchLabels: { "kubernetes.io/metadata.name": monitoring.namespace },
              },
              podSelector: { matchLabels: monitoring.podLabels },
            },
          ],
          ports: [{ protocol: "TCP", port }],
        },
      ],
    }),
  ];
}

/** Whoever reaches a node may ask for ports that are published there. */
function fromOutside(key: string, service: ComposeService, args: KubernetesArgs): PlannedObject[] {
  const published = [...publishedPorts(service), ...hostPorts(service)];
  if (published.length === 0) return [];
  const ports = published.map(({ target, protocol }) => ({
    protocol: protocol.toUpperCase(),
    port: target,
  }));
  return [
    policy(args, `published-${key}`, `published-${serviceName(key)}`, {
      podSelector: { matchLabels: selectorLabels(args.application, serviceName(key)) },
      policyTypes: ["Ingress"],
      ingress: [{ ports }],
    }),
  ];
}
