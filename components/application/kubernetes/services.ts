import type { ComposePort, ComposeService } from "../../spec";
import { deployOf } from "../service";
import {
  aliasLabel,
  annotated,
  commonLabels,
  divided,
  dnsLabel,
  namespaceOf,
  selectorLabels,
  objectLabels,
  yes,
} from "./names";
import { portName, publishedPorts, targetPorts, type TargetPort } from "./ports";
import type { KubernetesArgs, Labels, PlannedObject, ServiceContext } from "./types";

/** Ports that Services of type NodePort may have where the cluster says nothing else. */
export const defaultNodePorts = { first: 30000, last: 32767 } as const;

/** Pulumi would wait until the Service has pods: those come after it, and tell for themselves when they are ready. */
const skipAwait = { "pulumi.com/skipAwait": "true" };

/** Whether anything may reach the service: at a port that it is known to have, or by name on a network. */
export function hasService(context: ServiceContext): boolean {
  const { service, key, args } = context;
  if (targetPorts(context).length > 0) return true;
  const { services, "x-slipway": own } = args.plan.project;
  const hasJob = Object.values(own?.jobs ?? {}).some((job) => job.service === key);
  const networks = Object.keys(service.networks ?? {});
  return networks.some(
    (network) =>
      hasJob ||
      Object.entries(services).some(
        ([other, { networks: its = {} }]) => other !== key && network in its,
      ),
  );
}

/**
 * Whether the service's name stands for its pods' addresses, not for one of its own: the file asks for it
 * (`endpoint_mode: dnsrr`), or says of no port, which an address of its own needs to know.
 */
export function isHeadless(context: ServiceContext): boolean {
  return deployOf(context.service).endpoint_mode === "dnsrr" || targetPorts(context).length === 0;
}

/** Services of one service of the file: its name, and its ports outside. */
export function ownServices(context: ServiceContext): readonly PlannedObject[] {
  if (!hasService(context)) return [];
  const { args, key, name } = context;
  const main = serviceObject(args, `Service/${key}`, name, name, context.service.deploy?.labels, {
    ...(isHeadless(context) && { clusterIP: "None" }),
    selector: selectorLabels(args.application, name),
    ...listed(targetPorts(context)),
  });
  return [main, ...published(context)];
}

function serviceObject(
  args: KubernetesArgs,
  key: string,
  name: string,
  of: string | undefined,
  own: Labels | undefined,
  spec: object,
): PlannedObject {
  const { labels, annotations } = divided(own);
  return {
    key,
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name,
        namespace: namespaceOf(args.application),
        labels: {
          ...labels,
          ...(of === undefined
            ? commonLabels(args.application)
            : objectLabels(args.application, of)),
        },
        ...annotated({ ...annotations, ...skipAwait }),
      },
      spec,
    },
    after: ["Namespace"],
  };
}

function listed(ports: readonly TargetPort[]): object {
  if (ports.length === 0) return {};
  return {
    ports: ports.map((target) => ({
      name: portName(target),
      port: target.port,
      targetPort: target.port,
      protocol: target.protocol,
      ...(target.appProtocol !== undefined && { appProtocol: target.appProtocol }),
    })),
  };
}

/** How a port is opened outside of the cluster's network. */
export type Publication = "NodePort" | "LoadBalancer";

/**
 * A port that every node can open (`NodePort`, by default 30000 to 32767) is opened by every node, as by Swarm's routing
 * mesh, and so is one that the cluster may choose. Any other is a load balancer's: nodes keep the ports below to
 * themselves.
 */
export function publication(
  { published }: Pick<ComposePort, "published">,
  nodePorts: { readonly first: number; readonly last: number } = defaultNodePorts,
): Publication {
  if (published === undefined || published === "0") return "NodePort";
  const port = Number(published);
  return port >= nodePorts.first && port <= nodePorts.last ? "NodePort" : "LoadBalancer";
}

function published({ service, args, key, name }: ServiceContext): readonly PlannedObject[] {
  const { nodePorts, application } = args;
  const types: readonly (readonly [Publication, string])[] = [
    ["NodePort", "published"],
    ["LoadBalancer", "balanced"],
  ];
  return types.flatMap(([type, suffix]) => {
    const ports = publishedPorts(service).filter((port) => publication(port, nodePorts) === type);
    if (ports.length === 0) return [];
    const spec = {
      type,
      selector: selectorLabels(application, name),
      ports: ports.map((port) => publishedPort(port, type)),
    };
    return [
      serviceObject(args, `Service/${key}-${suffix}`, `${name}-${suffix}`, name, undefined, spec),
    ];
  });
}

function publishedPort(port: ComposePort, type: Publication): object {
  const { target, published: outside, protocol } = port;
  const isChosen = outside === undefined || outside === "0";
  const common = { targetPort: target, protocol: protocol.toUpperCase() };
  const name = `${protocol}-${isChosen ? target : outside}`;
  return type === "NodePort"
    ? { name, port: target, ...common, ...(!isChosen && { nodePort: Number(outside) }) }
    : { name, port: Number(outside), ...common };
}

/** Who has an alias. */
export interface Alias {
  readonly alias: string;
  readonly owners: readonly ServiceContext[];
}

/** Aliases of the services on their networks; several may have the same one, and then share its requests. */
export function aliasesOf(contexts: readonly ServiceContext[]): readonly Alias[] {
  const owners = new Map<string, ServiceContext[]>();
  for (const context of contexts) {
    for (const alias of aliases(context.service)) {
      if (alias === context.key || alias === context.name) continue;
      owners.set(alias, [...(owners.get(alias) ?? []), context]);
    }
  }
  return [...owners]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([alias, of]) => ({ alias, owners: of }));
}

export function aliases({ networks = {} }: ComposeService): readonly string[] {
  return [...new Set(Object.values(networks).flatMap((attachment) => attachment?.aliases ?? []))];
}

/** A Service for each alias: it stands for the pods of all that have it. */
export function aliasServices(
  contexts: readonly ServiceContext[],
  args: KubernetesArgs,
): readonly PlannedObject[] {
  return aliasesOf(contexts).map(({ alias, owners }) => {
    const ports = new Map(
      owners
        .flatMap((owner) => targetPorts(owner))
        .map((port) => [`${port.port}/${port.protocol}`, port]),
    );
    const isAddress = owners.every((owner) => !isHeadless(owner));
    return serviceObject(args, `Service/alias-${alias}`, dnsLabel(alias), undefined, undefined, {
      ...(!isAddress && { clusterIP: "None" }),
      selector: {
        [aliasLabel(alias)]: yes,
        "app.kubernetes.io/instance": namespaceOf(args.application),
      },
      ...listed([...ports.values()]),
    });
  });
}
