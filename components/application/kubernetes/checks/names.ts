import { error, warning, type Finding } from "../../../spec/finding";
import { divided, dnsLabel, isLabelKey, isServiceName, namespaceOf, networkLabel } from "../names";
import { aliasesOf, hasService, publication } from "../services";
import { jobName } from "../jobs";
import { hostPorts, publishedPorts } from "../ports";
import type { KubernetesArgs, ServiceContext } from "../types";
import { claimName } from "../volumes";

/** Names that Kubernetes can't have, or has for two things. */
export function* nameFindings(
  running: readonly ServiceContext[],
  all: readonly ServiceContext[],
  args: KubernetesArgs,
): Iterable<Finding> {
  const jobs = Object.keys(args.plan.project["x-slipway"]?.jobs ?? {});
  yield* meetings(
    [
      ...all.map(({ key, name }) => ({ key, name, path: ["services", key] })),
      ...jobs.map((job) => ({ key: job, name: jobName(job), path: ["x-slipway", "jobs", job] })),
    ],
    "service",
  );
  yield* otherNames(args);
  for (const context of running) yield* reached(context);
  yield* aliasFindings(running);
  yield* labelFindings(all);
}

interface Named {
  readonly key: string;
  readonly name: string;
  readonly path: readonly string[];
}

/** Two things of the file that would have one name. */
function* meetings(things: readonly Named[], word: string): Iterable<Finding> {
  const owners = new Map<string, string>();
  for (const { key, name, path } of things) {
    const other = owners.get(name);
    if (other !== undefined) {
      yield error(
        path,
        `would be called ${name} on Kubernetes, as the ${word} ${other} is; give one of the two another name`,
      );
    }
    owners.set(name, key);
  }
}

function* otherNames({ plan, application }: KubernetesArgs): Iterable<Finding> {
  const { project } = plan;
  const networks = Object.entries(project.networks ?? {}).map(([key, { external, name }]) => ({
    key,
    name: networkLabel(external ? name : key),
    path: ["networks", key],
  }));
  yield* meetings(networks, "network");
  const volumes = Object.keys(project.volumes ?? {}).map((key) => ({
    key,
    name: claimName(key, project),
    path: ["volumes", key],
  }));
  yield* meetings(volumes, "volume");
  if (/^(default|kube-.*)$/.test(namespaceOf(application))) {
    yield error(
      [],
      `would be in the namespace ${namespaceOf(application)}, which is Kubernetes' own; give the application another name (slipway:application)`,
    );
  }
}

/** A service is reached by its name, which has to be one that DNS and Kubernetes can have. */
function* reached(context: ServiceContext): Iterable<Finding> {
  const { key, name } = context;
  if (!hasService(context)) return;
  if (!isServiceName(name)) {
    yield error(
      ["services", key],
      `can't be reached by name on Kubernetes, where names of services begin with a letter; call it otherwise`,
    );
  } else if (name !== key.toLowerCase()) {
    yield warning(
      ["services", key],
      `is reached as ${name} on Kubernetes, whose names have small letters, digits and - only; use that name wherever others call it`,
    );
  }
}

function* aliasFindings(running: readonly ServiceContext[]): Iterable<Finding> {
  const services = new Map(running.map(({ key, name }) => [name, key]));
  // What Slipway itself calls Services of published ports.
  const taken = new Map(
    running.flatMap(({ service, name, key, args }) =>
      publishedPorts(service).map((port): [string, string] => [
        `${name}-${publication(port, args.nodePorts) === "NodePort" ? "published" : "balanced"}`,
        key,
      ]),
    ),
  );
  for (const { key, name } of running) {
    const other = taken.get(name);
    if (other !== undefined) {
      yield error(
        ["services", key],
        `has the name under which the ports of ${other} are published on Kubernetes; call it otherwise`,
      );
    }
  }
  for (const { alias, owners } of aliasesOf(running)) {
    for (const { key, service } of owners) {
      const path = aliasPath(key, alias, service.networks ?? {});
      const other = services.get(dnsLabel(alias));
      if (!isServiceName(alias.toLowerCase())) {
        yield error(
          path,
          `can't be a name on Kubernetes: ${JSON.stringify(alias)}; names have small letters, digits and -, a letter first, and no dots`,
        );
      } else if (other !== undefined && other !== key) {
        yield error(
          path,
          `is the name of the service ${other}, which has it in the whole namespace on Kubernetes; use another alias`,
        );
      }
    }
  }
}

function aliasPath(
  key: string,
  alias: string,
  networks: NonNullable<ServiceContext["service"]["networks"]>,
): readonly string[] {
  const [network = ""] =
    Object.entries(networks).find(([, attachment]) => attachment?.aliases?.includes(alias)) ?? [];
  return ["services", key, "networks", network, "aliases"];
}

/** Labels whose names Kubernetes does not take, which get lost. */
function* labelFindings(all: readonly ServiceContext[]): Iterable<Finding> {
  for (const { key, service } of all) {
    const places = [
      [["services", key, "labels"], divided(service.labels).neither],
      [["services", key, "deploy", "labels"], divided(service.deploy?.labels).neither],
      [
        ["services", key, "annotations"],
        Object.keys(service.annotations ?? {}).filter((name) => !isLabelKey(name)),
      ],
    ] as const;
    for (const [path, names] of places) {
      for (const name of names) {
        yield warning(
          [...path, name],
          "is no name that a label of Kubernetes can have, and is left out; use letters, digits, - _ and ., at most 63 of them",
        );
      }
    }
  }
}

/** Ports that Kubernetes can't publish as the file wants them. */
export function* portFindings(
  { key, service, args }: ServiceContext,
  level: ServiceContext["level"],
): Iterable<Finding> {
  const indexOf = (port: object) => (service.ports ?? []).findIndex((one) => one === port);
  const { first, last } = args.nodePorts ?? { first: 30000, last: 32767 };
  for (const port of publishedPorts(service)) {
    if (publication(port, args.nodePorts) === "NodePort" || args.hasLoadBalancer === true) continue;
    yield error(
      ["services", key, "ports", indexOf(port)],
      `publishes port ${port.published ?? ""}, and nodes of this cluster open ports from ${first} to ${last} only; use one of these, let the ingress route by host name (x-slipway.ingress), or take the port of a node with mode host`,
    );
  }
  for (const port of hostPorts(service)) {
    const path = ["services", key, "ports", indexOf(port)];
    if (port.published === undefined) {
      yield error(
        path,
        "is in mode host without a port of the node, which Kubernetes does not choose; add published",
      );
    } else if (level !== "privileged") {
      yield error(
        path,
        `takes a port of the node (mode host), which pod security ${level} does not allow; let the ingress route by host name (x-slipway.ingress), or set x-slipway.podSecurity: privileged`,
      );
    }
  }
}
