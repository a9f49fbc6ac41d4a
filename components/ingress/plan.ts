import type { SwarmIngressSpec } from "../spec";
import { filterFile, filterService } from "../platform/apiFilter";
import { imageName } from "../platform/images";
import {
  container,
  memory,
  mounted,
  platformFile,
  platformNetwork,
  second,
  secret,
  secretHash,
  service,
  type FileIds,
  type PlatformFile,
  type PlatformNetwork,
  type ServicePlan,
} from "../platform/parts";
import { haproxyConfiguration } from "./apiFilter";
import { ingressImages } from "./images";
import { entryPoints, namespace, networks, paths, services } from "./names";
import { swarmDynamicConfiguration, swarmStaticConfiguration } from "./swarmConfig";
import { goodbye, traefikMemoryMiB } from "./traefikConfig";

export interface FilePlan {
  readonly configs: readonly PlatformFile[];
  readonly secrets: readonly PlatformFile[];
}

/** The networks: `encrypted` where the cluster wants every overlay so. */
export function ingressNetworks(
  encrypted: boolean,
): Readonly<Record<keyof typeof networks, PlatformNetwork>> {
  return {
    applications: platformNetwork(namespace, networks.applications, { encrypted, internal: false }),
    api: platformNetwork(namespace, networks.api, { encrypted, internal: true }),
  };
}

/**
 * Files of the ingress.
 *
 * @param tlsKey Private key of the certificate, PEM. Present exactly where the spec has `tls`.
 * @param salt Secret of the Pulumi stack: without it the name of a secret would let anybody test guesses of its value.
 */
export function ingressFiles(
  spec: SwarmIngressSpec,
  { tlsKey, salt }: { readonly tlsKey?: string; readonly salt: string },
): FilePlan {
  const texts: Record<string, string> = {
    "traefik.yml": swarmStaticConfiguration(spec),
    "dynamic.yml": swarmDynamicConfiguration(spec),
    [filterFile]: haproxyConfiguration(),
    ...(spec.tls !== undefined && { "certificate.pem": spec.tls.certificate.pem }),
  };
  return {
    configs: Object.entries(texts).map(([key, text]) => platformFile(namespace, key, text)),
    secrets:
      tlsKey === undefined
        ? []
        : [platformFile(namespace, "tls.key", tlsKey, secretHash(salt, tlsKey))],
  };
}

/** Ids in the Swarm of what the services refer to; outputs of other resources, or the ids themselves. */
export interface IngressIds<Id> {
  readonly networks: Readonly<Record<keyof typeof networks, Id>>;
  readonly files: FileIds<Id>;
}

export interface ServiceSettings {
  readonly spec: SwarmIngressSpec;
  /** Registry prefix under which the site mirrors images. */
  readonly mirror?: string;
}

/** The services: the filter first, which the other one asks. */
export function ingressServices<Id>(
  settings: ServiceSettings,
  ids: IngressIds<Id>,
): { readonly api: ServicePlan; readonly traefik: ServicePlan } {
  const { spec, mirror } = settings;
  const filter = filterService(
    namespace,
    { image: spec.apiFilterImage, mirror },
    { files: ids.files, network: ids.networks.api },
  );
  return {
    api: { name: services.api, spec: filter },
    traefik: { name: services.traefik, spec: traefikService(settings, ids) },
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
function traefikService<Id>(
  { spec, mirror }: ServiceSettings,
  { files, networks: joined }: IngressIds<Id>,
) {
  const image = imageName(ingressImages.traefik, { own: spec.image, mirror });
  const publish = (published: number, { port }: { readonly port: number }) => ({
    Protocol: "tcp",
    TargetPort: port,
    PublishedPort: published,
    PublishMode: "host",
  });
  const user = "65534";
  const tls =
    spec.tls === undefined ? [] : [mounted(files, "certificate.pem", paths.certificate, user)];
  return {
    ...service(namespace, image, { labels: readyRoute, mode: { Global: {} } }),
    TaskTemplate: {
      ContainerSpec: {
        ...container(namespace, image),
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
          mounted(files, "traefik.yml", paths.static, user),
          mounted(files, "dynamic.yml", paths.dynamic, user),
          ...tls,
        ],
        Secrets: spec.tls === undefined ? [] : [secret(files, "tls.key", user)],
      },
      Resources: memory(traefikMemoryMiB),
      RestartPolicy: { Condition: "any", Delay: second },
      Placement: { Constraints: [...spec.placement] },
      Networks: [{ Target: joined.applications }, { Target: joined.api }],
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
