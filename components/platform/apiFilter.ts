import { imageName, haproxyImage } from "./images";
import { container, memory, mounted, second, service, type FileIds } from "./parts";

/** Socket of the engine, which HAProxy has from the manager that it runs on. */
const engineSocket = "/var/run/docker.sock";

/** Name by which a part of the platform asks for the Swarm's API on their network, and the port there. */
export const api = { host: "swarm-api", port: 2375 } as const;

/** Key of the filter's configuration among a part's files. */
export const filterFile = "haproxy.cfg";

/** The image of the HAProxy project reads its configuration from here. */
const filterPath = "/usr/local/etc/haproxy/haproxy.cfg";

const filterMemoryMiB = { limit: 64, reserved: 16 } as const;

/**
 * HAProxy's configuration before the engine's socket. What the rules do not deny reaches the engine.
 *
 * @param rules lines of the section `listen`
 * @param sections further sections that the rules need
 */
export function filterConfiguration(rules: string, sections = ""): string {
  return `global
  maxconn 256
  log stdout format raw local0 warning

defaults
  mode http
  log global
  option httplog
  option dontlog-normal
  timeout connect 2s
  timeout client 60s
  timeout server 10s
  timeout http-request 5s

${sections}listen questions
  bind :${api.port}
${rules}  server engine unix@${engineSocket}
`;
}

export interface FilterSettings {
  /** Full image name, in the place of the pinned one. */
  readonly image?: string;
  /** Registry prefix under which the site mirrors images. */
  readonly mirror?: string;
}

/**
 * One filter on every manager, so that a part of the platform has its answers while a manager is away. Root in its
 * container, as the engine's socket is root's, without a single capability.
 */
export function filterService<Id>(
  namespace: string,
  { image: own, mirror }: FilterSettings,
  ids: { readonly files: FileIds<Id>; readonly network: Id },
) {
  const image = imageName(haproxyImage, { own, mirror });
  return {
    ...service(namespace, image, { mode: { Global: {} } }),
    TaskTemplate: {
      ContainerSpec: {
        ...container(namespace, image),
        Command: ["haproxy", "-db", "-f", filterPath],
        User: "0:0",
        StopSignal: "SIGTERM",
        Configs: [mounted(ids.files, filterFile, filterPath, "0")],
        Mounts: [{ Type: "bind", Source: engineSocket, Target: engineSocket, ReadOnly: true }],
      },
      Resources: memory(filterMemoryMiB),
      RestartPolicy: { Condition: "any", Delay: second },
      Placement: { Constraints: ["node.role == manager"] },
      Networks: [{ Target: ids.network, Aliases: [api.host] }],
    },
    EndpointSpec: { Mode: "dnsrr" },
  };
}
