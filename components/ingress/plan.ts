import { createHash, createHmac } from "node:crypto";
import type { IngressSpec } from "../spec";
import { engineSocket, haproxyConfiguration } from "./apiFilter";
import { imageName, ingressImages } from "./images";
import { api, entryPoints, namespace, networks, paths, services, stackLabels } from "./names";
import { dynamicConfiguration, goodbye, staticConfiguration } from "./traefikConfig";

/** A config or a secret, named by its content. */
export interface IngressFile {
  readonly key: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Base64. */
  readonly data: string;
}

export interface IngressNetwork {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly driver: "overlay";
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly attachable: boolean;
  readonly internal: boolean;
}

export interface FilePlan {
  readonly configs: readonly IngressFile[];
  readonly secrets: readonly IngressFile[];
}

/** Swarm's limit for names of configs and secrets is 64; the longest of ours has 40. */
const hashDigits = 12;

/** The networks: `encrypted` where the cluster wants every overlay so. */
export function ingressNetworks(
  encrypted: boolean,
): Readonly<Record<keyof typeof networks, IngressNetwork>> {
  const common = {
    labels: stackLabels,
    driver: "overlay" as const,
    driverOptions: (encrypted ? { encrypted: "" } : {}) as Readonly<Record<string, string>>,
  };
  return {
    applications: {
      ...common,
      name: networks.applications,
      attachable: true,
      internal: false,
    },
    api: { ...common, name: networks.api, attachable: false, internal: true },
  };
}

/**
 * Files of the ingress.
 *
 * @param tlsKey Private key of the certificate, PEM. Present exactly where the spec has `tls`.
 * @param salt Secret of the Pulumi stack: without it the name of a secret would let anybody test guesses of its value.
 */
export function ingressFiles(
  spec: IngressSpec,
  { tlsKey, salt }: { readonly tlsKey?: string; readonly salt: string },
): FilePlan {
  const texts: Record<string, string> = {
    "traefik.yml": staticConfiguration(spec),
    "dynamic.yml": dynamicConfiguration(spec),
    "haproxy.cfg": haproxyConfiguration(),
    ...(spec.tls !== undefined && { "certificate.pem": spec.tls.certificate.pem }),
  };
  return {
    configs: Object.entries(texts).map(([key, text]) =>
      file(key, text, createHash("sha256").update(text).digest("hex")),
    ),
    secrets:
      tlsKey === undefined
        ? []
        : [file("tls.key", tlsKey, createHmac("sha256", salt).update(tlsKey).digest("hex"))],
  };
}

function file(key: string, text: string, hash: string): IngressFile {
  return {
    key,
    name: `${namespace}_${key}-${hash.slice(0, hashDigits)}`,
    labels: stackLabels,
    data: Buffer.from(text).toString("base64"),
  };
}

/** Ids in the Swarm of what the services refer to; outputs of other resources, or the ids themselves. */
export interface IngressIds<Id> {
  readonly networks: Readonly<Record<keyof typeof networks, Id>>;
  readonly files: ReadonlyMap<string, { readonly id: Id; readonly name: string }>;
}

export interface ServicePlan {
  readonly name: string;
  /** As the Docker Engine API has it (API 1.41). */
  readonly spec: Readonly<Record<string, unknown>>;
}

const second = 1e9; // the API counts in nanoseconds
const mebibyte = 1024 * 1024;
/** Left to the Go runtime of Traefik's limit before it collects harder: the rest is stacks and buffers. */
const traefikMemoryMiB = { limit: 512, heap: 460, reserved: 64 } as const;
const filterMemoryMiB = { limit: 64, reserved: 16 } as const;

export interface ServiceSettings {
  readonly spec: IngressSpec;
  /** Registry prefix under which the site mirrors images. */
  readonly mirror?: string;
}

/** The services: the filter first, which the other one asks. */
export function ingressServices<Id>(
  settings: ServiceSettings,
  ids: IngressIds<Id>,
): { readonly api: ServicePlan; readonly traefik: ServicePlan } {
  return {
    api: { name: services.api, spec: filterService(settings, ids) },
    traefik: { name: services.traefik, spec: traefikService(settings, ids) },
  };
}

/**
 * One filter on every manager, so that routes follow the Swarm while a manager is away. Root in its container, as the
 * engine's socket is root's, without a single capability.
 */
function filterService<Id>({ spec, mirror }: ServiceSettings, ids: IngressIds<Id>) {
  const image = imageName(ingressImages.haproxy, { own: spec.apiFilterImage, mirror });
  return {
    ...service(image),
    TaskTemplate: {
      ContainerSpec: {
        ...container(image),
        Command: ["haproxy", "-db", "-f", paths.haproxy],
        User: "0:0",
        StopSignal: "SIGTERM",
        Configs: [mounted(ids, "haproxy.cfg", paths.haproxy, "0")],
        Mounts: [{ Type: "bind", Source: engineSocket, Target: engineSocket, ReadOnly: true }],
      },
      Resources: resources(filterMemoryMiB),
      RestartPolicy: { Condition: "any", Delay: second },
      Placement: { Constraints: ["node.role == manager"] },
      Networks: [{ Target: ids.networks.api, Aliases: [api.host] }],
    },
    EndpointSpec: { Mode: "dnsrr" },
  };
}

/**
 * `/ready` on the status port is what a load balancer has to ask. It answers like `/ping`, 503 once Traefik is to stop,
 * but the route to it comes from the Swarm like those of applications: a Traefik that has just started, and knows no
 * route yet, answers 404, as it does to everybody else.
 */
const readyRoute = {
  "traefik.enable": "true",
  "traefik.swarm.network": networks.applications,
  "traefik.swarm.lbswarm": "false",
  "traefik.http.routers.slipway-ready.entrypoints": entryPoints.status.name,
  "traefik.http.routers.slipway-ready.rule": "Path(`/ready`)",
  "traefik.http.routers.slipway-ready.service": "ping@internal",
  // The provider leaves out what has no port, although nothing is sent there.
  "traefik.http.services.slipway-ready.loadbalancer.server.port": String(entryPoints.status.port),
} as const;

/** One Traefik on every node of the placement, on the node's own ports: no request needs IPVS, nor a hop more. */
function traefikService<Id>({ spec, mirror }: ServiceSettings, ids: IngressIds<Id>) {
  const image = imageName(ingressImages.traefik, { own: spec.image, mirror });
  const publish = (published: number, { port }: { readonly port: number }) => ({
    Protocol: "tcp",
    TargetPort: port,
    PublishedPort: published,
    PublishMode: "host",
  });
  const user = "65534";
  const tls =
    spec.tls === undefined ? [] : [mounted(ids, "certificate.pem", paths.certificate, user)];
  return {
    ...service(image, readyRoute),
    TaskTemplate: {
      ContainerSpec: {
        ...container(image),
        Command: ["traefik"],
        Env: [`GOMEMLIMIT=${traefikMemoryMiB.heap}MiB`],
        User: `${user}:${user}`,
        StopGracePeriod: (goodbye.acceptSeconds + goodbye.finishSeconds + 5) * second,
        Healthcheck: {
          Test: ["CMD", "traefik", "healthcheck"],
          Interval: 5 * second,
          Timeout: 5 * second,
          StartPeriod: 15 * second,
          Retries: 3,
        },
        Configs: [
          mounted(ids, "traefik.yml", paths.static, user),
          mounted(ids, "dynamic.yml", paths.dynamic, user),
          ...tls,
        ],
        Secrets: spec.tls === undefined ? [] : [secret(ids, "tls.key", user)],
      },
      Resources: resources(traefikMemoryMiB),
      RestartPolicy: { Condition: "any", Delay: second },
      Placement: { Constraints: [...spec.placement] },
      Networks: [{ Target: ids.networks.applications }, { Target: ids.networks.api }],
    },
    EndpointSpec: {
      Mode: "dnsrr",
      Ports: [
        publish(spec.httpPort, entryPoints.http),
        publish(spec.httpsPort, entryPoints.https),
        publish(spec.statusPort, entryPoints.status),
      ],
    },
  };
}

function service(image: string, labels: Readonly<Record<string, string>> = {}) {
  const update = {
    Parallelism: 1,
    Delay: 0,
    FailureAction: "pause",
    Monitor: 5 * second,
    MaxFailureRatio: 0,
    // Ports of the node: the old task has to go first. One node after the other, whose load balancer knows by /ping.
    Order: "stop-first",
  };
  return {
    Labels: { ...labels, ...stackLabels, "com.docker.stack.image": image },
    Mode: { Global: {} },
    UpdateConfig: update,
    RollbackConfig: update,
  };
}

function container(image: string) {
  return { Image: image, Labels: stackLabels, ReadOnly: true, CapabilityDrop: ["ALL"] };
}

function resources({ limit, reserved }: { readonly limit: number; readonly reserved: number }) {
  return {
    Limits: { MemoryBytes: limit * mebibyte },
    Reservations: { MemoryBytes: reserved * mebibyte },
  };
}

function mounted<Id>(ids: IngressIds<Id>, key: string, path: string, user: string) {
  const known = reference(ids, key);
  return {
    ConfigID: known.id,
    ConfigName: known.name,
    File: { Name: path, UID: user, GID: user, Mode: 0o400 },
  };
}

function secret<Id>(ids: IngressIds<Id>, key: string, user: string) {
  const known = reference(ids, key);
  return {
    SecretID: known.id,
    SecretName: known.name,
    File: { Name: key, UID: user, GID: user, Mode: 0o400 },
  };
}

function reference<Id>({ files }: IngressIds<Id>, key: string) {
  const known = files.get(key);
  if (known === undefined) throw new Error(`the ingress has no file ${key}`);
  return known;
}
