import {
  container,
  memory,
  onMachine,
  platformNetwork,
  second,
  secret,
  service,
  type FileIds,
  type PlatformNetwork,
  type ServicePlan,
} from "../platform/parts";
import { imageName } from "../platform/images";
import { pushGraceSeconds, pushHealth } from "./collector";
import { accessOf, drainSeconds } from "./config";
import { filesOf, processesOf } from "./files";
import { registryImages } from "./images";
import {
  dataFolder,
  files,
  filesFolder,
  namespace,
  network,
  pathOf,
  processes,
  type Process,
} from "./names";
import type { OwnRegistrySpec } from "./own";

/** Left to the Go runtime of a process's limit before it collects harder: the rest is stacks and buffers. */
export const memoryMiB: Readonly<
  Record<Process, { readonly limit: number; readonly heap: number; readonly reserved: number }>
> = {
  pull: { limit: 256, heap: 220, reserved: 32 },
  // Garbage collection holds the digest of every blob that some image names.
  push: { limit: 512, heap: 460, reserved: 32 },
  cache: { limit: 256, heap: 220, reserved: 32 },
};

export interface ServiceSettings {
  readonly spec: OwnRegistrySpec;
  /** PEM of authorities that the site's machines trust. */
  readonly authorities: readonly string[];
  /** Registry prefix under which the site mirrors images. */
  readonly mirror?: string;
}

/** @param encrypted the cluster wants every overlay so */
export function registryNetwork(encrypted: boolean): PlatformNetwork {
  return platformNetwork(namespace, network, { encrypted, internal: false });
}

/** Ids in the Swarm of what the services refer to; outputs of other resources, or the ids themselves. */
export interface RegistryIds<Id> {
  readonly network: Id;
  readonly files: FileIds<Id>;
}

/** The services, by process. */
export function registryServices<Id>(
  settings: ServiceSettings,
  ids: RegistryIds<Id>,
): readonly (readonly [Process, ServicePlan])[] {
  return processesOf(settings.spec).map((process) => [
    process,
    { name: `${namespace}_${process}`, spec: registryService(process, settings, ids) },
  ]);
}

/** What the registry's program needs to be told beside its configuration. */
export function environment(
  process: Process,
  { spec, authorities }: Pick<ServiceSettings, "spec" | "authorities">,
): Record<string, string> {
  return {
    ...access(process, spec),
    GOMEMLIMIT: `${memoryMiB[process].heap}MiB`,
    // Distribution 3 looks for somebody to send traces to, unless it is told that there is nobody.
    OTEL_TRACES_EXPORTER: "none",
    // In place of the folders that Go looks into; what it looks for in a single file, it finds there as before.
    ...(authorities.length > 0 && { SSL_CERT_DIR: `/etc/ssl/certs:${filesFolder}` }),
  };
}

/**
 * Who is let in, and by what: as its configuration has it, which is a secret. What the environment says goes before that,
 * and policies and auditors see it.
 */
function access(
  process: Process,
  { cache }: Pick<OwnRegistrySpec, "cache">,
): Record<string, string> {
  const { tls, auth, proxy } = accessOf(process, cache);
  return {
    REGISTRY_HTTP_TLS_CERTIFICATE: tls.certificate,
    REGISTRY_HTTP_TLS_KEY: tls.key,
    ...(auth !== undefined && {
      REGISTRY_AUTH: "htpasswd",
      REGISTRY_AUTH_HTPASSWD_REALM: auth.htpasswd.realm,
      REGISTRY_AUTH_HTPASSWD_PATH: auth.htpasswd.path,
    }),
    ...(proxy !== undefined && {
      REGISTRY_PROXY_REMOTEURL: proxy.remoteurl,
      ...(proxy.username !== undefined && { REGISTRY_PROXY_USERNAME: proxy.username }),
    }),
  };
}

export function commandOf(process: Process): readonly string[] {
  return process === "push"
    ? ["sh", pathOf(files.collector)]
    : ["registry", "serve", pathOf(files.config(process))];
}

/** Seconds from the signal to the end. */
export function graceSeconds(process: Process): number {
  return (process === "push" ? pushGraceSeconds : drainSeconds) + 10;
}

/** How the process is asked whether it is well. */
export function healthCommand(process: Process): string {
  return process === "push"
    ? pushHealth
    : `wget -q -O /dev/null http://127.0.0.1:${processes[process].metrics}/debug/health`;
}

function registryService<Id>(process: Process, settings: ServiceSettings, ids: RegistryIds<Id>) {
  const { spec, mirror } = settings;
  const image = imageName(registryImages.registry, { own: spec.image, mirror });
  const { port, metrics } = processes[process];
  const { volume } = spec.storage;
  // Root's: the named volume is, and a right is what a container needs to give it to somebody else.
  const user = "0";
  return {
    ...service(namespace, image, {
      labels: {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": String(metrics),
        "prometheus.io/path": "/metrics",
      },
      // Of those that only read there may be any number; of the one that writes, and of the cache that removes what is
      // old, there is one.
      mode:
        volume === undefined && process === "pull"
          ? { Global: {} }
          : { Replicated: { Replicas: 1 } },
    }),
    TaskTemplate: {
      ContainerSpec: {
        ...container(namespace, image),
        Command: commandOf(process),
        Env: Object.entries(environment(process, settings)).map(
          ([name, value]) => `${name}=${value}`,
        ),
        User: `${user}:${user}`,
        StopGracePeriod: graceSeconds(process) * second,
        Healthcheck: {
          Test: ["CMD-SHELL", healthCommand(process)],
          Interval: 10 * second,
          Timeout: 5 * second,
          StartPeriod: 20 * second,
          Retries: 3,
        },
        Mounts: [
          ...(volume === undefined
            ? []
            : [
                {
                  Type: "volume",
                  Source: process === "cache" ? `${volume.name}-cache` : volume.name,
                  Target: dataFolder,
                  ...(process === "pull" && { ReadOnly: true }),
                },
              ]),
          ...(process === "push" ? [{ Type: "tmpfs", Target: "/tmp" }] : []),
        ],
        Secrets: filesOf(process, settings).map((file) => secret(ids.files, file, user)),
      },
      Resources: memory(memoryMiB[process]),
      RestartPolicy: { Condition: "any", Delay: 2 * second },
      Placement: { Constraints: [...placementOf(spec)] },
      Networks: [{ Target: ids.network }],
    },
    EndpointSpec: {
      Mode: "dnsrr",
      Ports: [
        {
          Protocol: "tcp",
          TargetPort: port,
          PublishedPort: publishedPort(process, spec),
          PublishMode: "host",
        },
      ],
    },
  };
}

/** Port of the node that leads to a process. */
export function publishedPort(
  process: Process,
  { pullPort, pushPort, cache }: Pick<OwnRegistrySpec, "pullPort" | "pushPort" | "cache">,
): number {
  switch (process) {
    case "pull":
      return pullPort;
    case "push":
      return pushPort;
    case "cache":
      if (cache === undefined) throw new Error("the registry has no cache");
      return cache.port;
    default: {
      const never: never = process;
      return never;
    }
  }
}

/** Constraints as Compose has them: the machine of the volume, or the placement. */
export function placementOf({
  storage: { volume },
  placement,
}: Pick<OwnRegistrySpec, "storage" | "placement">): readonly string[] {
  if (volume === undefined) return placement;
  return onMachine(volume.node);
}
