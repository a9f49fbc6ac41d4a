import { byName, limitsOf, reservationsOf } from "../service";
import { environment, literal } from "./environment";
import {
  aliasLabel,
  annotated,
  divided,
  internalLabel,
  networkLabel,
  objectLabels,
  yes,
} from "./names";
import { scrapeAnnotations } from "./monitoring";
import { podVolumes } from "./mounts";
import { isInternal } from "./networks";
import { containerPorts } from "./ports";
import { probes } from "./probes";
import { byteQuantity, cpuQuantity, stopSeconds } from "./quantities";
import { containerSecurity, podSecurity } from "./security";
import type { Labels, ServiceContext } from "./types";

/**
 * Seconds for which a pod that is to stop goes on serving before its process is told. Meanwhile every node and the ingress
 * learn that it takes no requests: they watch, and know within about a second.
 */
export const drainSeconds = 5;

export interface PodOptions {
  /** Runs to its end: no probes, no restarts. */
  readonly isJob?: boolean;
  /** Goes on serving for a while when it is to stop. */
  readonly drains?: boolean;
  /** What says where it may run. */
  readonly placement: object;
}

/** The pods of a service. What the file does not say is left to the image. */
export function podTemplate(context: ServiceContext, options: PodOptions): object {
  const { service, pullSecret } = context;
  const { volumes, mounts } = podVolumes(context);
  const { labels, annotations } = divided(service.labels);
  return {
    metadata: {
      labels: { ...labels, ...podLabels(context, options) },
      ...annotated({
        ...annotations,
        ...(options.isJob ? {} : scrapeAnnotations(context)),
        ...service.annotations,
      }),
    },
    spec: {
      ...options.placement,
      containers: [container(context, options, mounts)],
      ...(volumes.length > 0 && { volumes }),
      ...(options.isJob && { restartPolicy: "Never" }),
      ...(service.hostname !== undefined && { hostname: service.hostname }),
      // A pause process is the first of the pod, and reaps what is left behind: what `init` is for.
      ...(service.init && { shareProcessNamespace: true }),
      ...nameResolution(context),
      ...(pullSecret !== undefined && { imagePullSecrets: [{ name: pullSecret }] }),
      securityContext: podSecurity(context),
      terminationGracePeriodSeconds: stopSeconds(service) + (options.drains ? drainSeconds : 0),
      // Applications have no business with the API server, and variables for every Service (`REDIS_PORT=tcp://…`) get
      // in the way of their own settings.
      automountServiceAccountToken: false,
      enableServiceLinks: false,
    },
  };
}

/** Labels by which Services, policies and tools find the pods. A job is none of its service's pods, and has no aliases. */
export function podLabels(
  context: ServiceContext,
  { isJob }: Pick<PodOptions, "isJob"> = {},
): Labels {
  const { service, args, name } = context;
  const networks = byName(service.networks);
  const aliases = isJob ? [] : networks.flatMap(([, attachment]) => attachment?.aliases ?? []);
  return {
    ...objectLabels(args.application, name),
    ...Object.fromEntries(
      networks.map(([network]) => [networkLabel(nameOf(network, context)), yes]),
    ),
    ...Object.fromEntries(aliases.map((alias) => [aliasLabel(alias), yes])),
    ...(isInternal(service, args.plan.project) && { [internalLabel]: yes }),
  };
}

/** Pods of several applications are on an external network: its own name is what they have in common. */
function nameOf(network: string, { args }: ServiceContext): string {
  const known = args.plan.project.networks?.[network];
  return known?.external ? known.name : network;
}

function container(
  context: ServiceContext,
  { isJob, drains }: PodOptions,
  volumeMounts: readonly object[],
): object {
  const { service, image, name } = context;
  const ports = isJob ? [] : containerPorts(context);
  const env = environment(context);
  return {
    name,
    image: image.image,
    // It has a digest: what a node has under it is what was asked for.
    imagePullPolicy: "IfNotPresent",
    ...(service.entrypoint?.length && { command: service.entrypoint.map(literal) }),
    ...(service.command?.length && { args: service.command.map(literal) }),
    ...(service.working_dir !== undefined && { workingDir: service.working_dir }),
    ...(env.length > 0 && { env }),
    ...(ports.length > 0 && { ports }),
    ...(!isJob && probes(service)),
    ...(drains && { lifecycle: { preStop: { sleep: { seconds: drainSeconds } } } }),
    resources: resources(context),
    securityContext: containerSecurity(context),
    ...(volumeMounts.length > 0 && { volumeMounts }),
    ...(service.tty && { tty: true }),
    ...(service.stdin_open && { stdin: true }),
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/** Kubernetes would reserve the whole limit where nothing is reserved, which no file of Compose means. */
function resources({ service }: ServiceContext): object {
  const limits = amounts(limitsOf(service));
  const requests = amounts(reservationsOf(service));
  const nothing = Object.fromEntries(Object.keys(limits).map((name) => [name, "0"]));
  return {
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(Object.keys({ ...nothing, ...requests }).length > 0 && {
      requests: { ...nothing, ...requests },
    }),
  };
}

function amounts({
  cpus,
  memoryBytes,
}: {
  readonly cpus?: number;
  readonly memoryBytes?: number;
}): Labels {
  return {
    ...(cpus !== undefined && { cpu: cpuQuantity(cpus) }),
    ...(memoryBytes !== undefined && { memory: byteQuantity(memoryBytes) }),
  };
}

function nameResolution({ service }: ServiceContext): object {
  const {
    dns = [],
    dns_search: searches = [],
    dns_opt: given = [],
    extra_hosts: hosts = [],
  } = service;
  const byAddress = new Map<string, string[]>();
  for (const entry of hosts) {
    const at = entry.indexOf("=");
    const [hostname, ip] = [entry.slice(0, at), entry.slice(at + 1)];
    byAddress.set(ip, [...(byAddress.get(ip) ?? []), hostname]);
  }
  const options = given.map((option) => {
    const [name, value] = option.split(":");
    return { name, ...(value !== undefined && { value }) };
  });
  return {
    ...(dns.length + searches.length + options.length > 0 && {
      dnsConfig: {
        ...(dns.length > 0 && { nameservers: dns }),
        ...(searches.length > 0 && { searches }),
        ...(options.length > 0 && { options }),
      },
    }),
    ...(byAddress.size > 0 && {
      hostAliases: [...byAddress].map(([ip, hostnames]) => ({ ip, hostnames })),
    }),
  };
}
