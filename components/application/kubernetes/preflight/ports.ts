import type { Objection } from "../../preflight/objection";
import { contextsOf } from "../contexts";
import { files } from "../files";
import { namespaceOf } from "../names";
import { hostPorts, publishedPorts } from "../ports";
import { publication } from "../services";
import type { KubernetesArgs } from "../types";
import { podsOf, workloadKind } from "../workloads";
import type { KubernetesFacts } from "./facts";

/** Published ports that other applications have, of every node or of too many of them. */
export function portObjections(args: KubernetesArgs, facts: KubernetesFacts): Objection[] {
  const own = namespaceOf(args.application);
  const nodePorts = new Map(
    facts.services
      .filter(({ namespace }) => namespace !== own)
      .flatMap(({ namespace, name, nodePorts: ports }) =>
        ports.map((port) => [port, `${namespace}/${name}`] as const),
      ),
  );
  return contextsOf(args, files(args)).flatMap((context) => {
    const { key, service } = context;
    const place = (port: object) => [
      "services",
      key,
      "ports",
      (service.ports ?? []).findIndex((one) => one === port),
    ];
    const published = publishedPorts(service).flatMap((port): Objection[] => {
      const outside = `${port.published ?? ""}/${port.protocol.toUpperCase()}`;
      const holder = nodePorts.get(outside);
      if (holder === undefined || publication(port, args.nodePorts) !== "NodePort") return [];
      return [
        {
          path: place(port),
          message: `publishes ${outside}, which the Service ${holder} has on this cluster; use another port, or let the ingress route by host name (x-slipway.ingress)`,
        },
      ];
    });
    const ofNodes = hostPorts(service).flatMap((port): Objection[] => {
      const outside = `${port.published ?? ""}/${port.protocol.toUpperCase()}`;
      const taken = new Set(
        facts.pods
          .filter(({ namespace, hostPorts: ports }) => namespace !== own && ports.includes(outside))
          .map(({ node }) => node),
      );
      const free = facts.nodes.filter(({ id, isReady }) => isReady && !taken.has(id)).length;
      const wanted = workloadKind(context) === "DaemonSet" ? facts.nodes.length : podsOf(context);
      if (taken.size === 0 || free >= (wanted ?? 1)) return [];
      return [
        {
          path: place(port),
          message: `takes ${outside} of ${wanted ?? 1} nodes, and ${free} have it free: pods of other applications have it on ${[...taken].join(", ")}; use another port, or let the ingress route by host name (x-slipway.ingress)`,
        },
      ];
    });
    return [...published, ...ofNodes];
  });
}
