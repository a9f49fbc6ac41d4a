import { haproxyImage, imageName } from "../../platform/images";
import {
  container,
  memory,
  onMachine,
  placement,
  platformNetwork,
  second,
  secret,
  service,
  type FileIds,
  type PlatformNetwork,
  type ServicePlan,
} from "../../platform/parts";
import { collectorArguments, collectorEnvironment, collectorPaths } from "../collectorConfig";
import { collectorNeeds } from "../collector";
import {
  filesOf,
  keys,
  programsOf,
  type FilePlaces,
  type FileSettings,
  type Program,
} from "../files";
import { loggingImages } from "../images";
import { hosts, namespace, network, ports, stateFolder, storeUrl } from "../names";
import { healthCommand, storeEnvironment } from "../store/config";
import { dashboardsNeeds, dashboardsPaths } from "../store/dashboards";
import { gatewayNeeds, keeperNeeds, storeNeeds } from "../needs";
import { pathOf, paths, storeFiles, user as storeUser } from "../store/paths";
import { services, volume } from "./names";

export interface SwarmLoggingSettings extends FileSettings {
  /** Registry prefix under which the site mirrors images. */
  readonly mirror?: string;
  /** CPUs of the machine that the store runs on: it can't be given more. */
  readonly cpus: number;
}

/** Secrets of a Swarm are here, where nothing else is said. */
const secretsFolder = "/run/secrets";

/** Where files and programs find each other. */
export const places: FilePlaces = {
  path: (key) => `${secretsFolder}/${key}`,
  node: hosts.node,
  gatewayPort: ports.store,
};

/** Where a file of logging is in the container of a program. */
export function placeOf(program: Program, key: string): string {
  if (program === "store" && storeFiles.includes(key)) return pathOf(key);
  if (program === "collector" && key === keys.collector) return collectorPaths.config;
  if (program === "dashboards" && key === keys.dashboards) return dashboardsPaths.settings;
  return places.path(key);
}

/** @param encrypted the cluster wants every overlay so */
export function loggingNetwork(encrypted: boolean): PlatformNetwork {
  return {
    ...platformNetwork(namespace, network, { encrypted, internal: false }),
    attachable: false,
  };
}

/** Ids in the Swarm of what the services refer to; outputs of other resources, or the ids themselves. */
export interface LoggingIds<Id> {
  readonly network: Id;
  /** On which Prometheus reads the collectors' metrics; absent where the cluster has no monitoring. */
  readonly monitoring?: Id;
  readonly files: FileIds<Id>;
}

/** The services, each after those that it asks. */
export function loggingServices<Id>(
  settings: SwarmLoggingSettings,
  ids: LoggingIds<Id>,
): readonly (readonly [Program, ServicePlan])[] {
  const made: Readonly<Record<Program, () => Readonly<Record<string, unknown>>>> = {
    store: () => store(settings, ids),
    keeper: () => keeper(settings, ids),
    dashboards: () => dashboards(settings, ids),
    gateway: () => gateway(settings, ids),
    collector: () => collector(settings, ids),
  };
  const there = programsOf(settings.spec);
  return (Object.keys(made) as Program[])
    .filter((program) => there.includes(program))
    .map((program) => [program, { name: services[program], spec: made[program]() }]);
}

interface Needs {
  /** MiB. */
  readonly memory: { readonly limit: number; readonly reserved: number };
  readonly cpus: number;
}

/** What every service of logging has. */
function part<Id>(
  program: Program,
  settings: SwarmLoggingSettings,
  { files, network: own, monitoring }: LoggingIds<Id>,
  {
    image,
    user,
    needs,
    everywhere = false,
    constraints = [],
    aliases = [],
    watched = false,
    container: more,
    ports: published = [],
  }: {
    readonly image: string;
    readonly user: number;
    readonly needs: Needs;
    readonly everywhere?: boolean;
    readonly constraints?: readonly string[];
    readonly aliases?: readonly string[];
    /** Prometheus asks it. */
    readonly watched?: boolean;
    readonly container: object;
    readonly ports?: readonly object[];
  },
) {
  const { Limits, Reservations } = memory(needs.memory);
  return {
    ...service(namespace, image, {
      mode: everywhere ? { Global: {} } : { Replicated: { Replicas: 1 } },
    }),
    TaskTemplate: {
      ContainerSpec: {
        ...container(namespace, image),
        User: `${user}:${user}`,
        Secrets: filesOf(program, settings).map((key) => {
          const place = placeOf(program, key);
          return secret(files, key, String(user), place.startsWith(secretsFolder) ? key : place);
        }),
        ...more,
      },
      Resources: { Limits: { ...Limits, NanoCPUs: Math.round(needs.cpus * 1e9) }, Reservations },
      RestartPolicy: { Condition: "any", Delay: 5 * second },
      ...placement(constraints),
      Networks: [own, ...(watched && monitoring !== undefined ? [monitoring] : [])].map((id) => ({
        Target: id,
        ...(aliases.length > 0 && { Aliases: [...aliases] }),
      })),
    },
    EndpointSpec: { Mode: "dnsrr", ...(published.length > 0 && { Ports: [...published] }) },
  };
}

function imageOf(
  { spec, mirror }: SwarmLoggingSettings,
  program: keyof typeof loggingImages,
): string {
  return imageName(loggingImages[program], { own: spec.images[program], mirror });
}

/** Where the lines are, the store is. */
function onItsMachine({ spec: { storage } }: SwarmLoggingSettings): readonly string[] {
  return onMachine(storage?.node);
}

const listed = (environment: Readonly<Record<string, string>>) =>
  Object.entries(environment).map(([name, value]) => `${name}=${value}`);

function store<Id>(settings: SwarmLoggingSettings, ids: LoggingIds<Id>) {
  const { memoryMiB } = settings.spec;
  return part("store", settings, ids, {
    image: imageOf(settings, "store"),
    user: storeUser,
    needs: storeNeeds(memoryMiB, settings.cpus),
    constraints: onItsMachine(settings),
    aliases: [hosts.node],
    watched: true,
    container: {
      // Java unpacks into folders beside the program, and the keystore is made at the first start.
      ReadOnly: false,
      Command: [paths.entryPoint, "opensearch"],
      Env: listed(storeEnvironment(memoryMiB)),
      // What it has in memory goes to disk.
      StopGracePeriod: 60 * second,
      Healthcheck: {
        Test: ["CMD-SHELL", healthCommand(storeUrl)],
        Interval: 10 * second,
        Timeout: 10 * second,
        StartPeriod: 180 * second,
        Retries: 6,
      },
      Mounts: [{ Type: "volume", Source: volume, Target: paths.data }],
    },
  });
}

function keeper<Id>(settings: SwarmLoggingSettings, ids: LoggingIds<Id>) {
  return part("keeper", settings, ids, {
    image: imageOf(settings, "store"),
    user: storeUser,
    needs: keeperNeeds,
    // Its image is there already.
    constraints: onItsMachine(settings),
    container: {
      Command: ["sh", placeOf("keeper", keys.keeper)],
      Mounts: [{ Type: "tmpfs", Target: "/tmp", TmpfsOptions: { SizeBytes: 16 * 2 ** 20 } }],
    },
  });
}

function dashboards<Id>(settings: SwarmLoggingSettings, ids: LoggingIds<Id>) {
  return part("dashboards", settings, ids, {
    image: imageOf(settings, "dashboards"),
    user: storeUser,
    needs: dashboardsNeeds,
    constraints: onItsMachine(settings),
    container: { ReadOnly: false, Command: [dashboardsPaths.command] },
    ports: [
      {
        Protocol: "tcp",
        TargetPort: ports.dashboards,
        PublishedPort: ports.dashboards,
        PublishMode: "host",
      },
    ],
  });
}

/** Root in its container, as all files of secrets are its own, without a capability. */
function gateway<Id>(settings: SwarmLoggingSettings, ids: LoggingIds<Id>) {
  const { mirror } = settings;
  return part("gateway", settings, ids, {
    image: imageName(haproxyImage, { mirror }),
    user: 0,
    needs: gatewayNeeds,
    constraints: onItsMachine(settings),
    aliases: [hosts.store],
    watched: true,
    container: {
      Command: ["haproxy", "-db", "-f", placeOf("gateway", keys.gateway)],
      StopSignal: "SIGTERM",
    },
  });
}

/** Root in its container: the files that it reads are root's. */
function collector<Id>(settings: SwarmLoggingSettings, ids: LoggingIds<Id>) {
  const { system } = settings.spec;
  const bind = (source: string, target: string, more: object = { ReadOnly: true }) => ({
    Type: "bind",
    Source: source,
    Target: target,
    ...more,
  });
  return part("collector", settings, ids, {
    image: imageOf(settings, "collector"),
    user: 0,
    needs: collectorNeeds,
    everywhere: true,
    watched: true,
    container: {
      Args: [...collectorArguments],
      Env: listed(
        collectorEnvironment("{{.Node.Hostname}}", { memoryMiB: collectorNeeds.memory.limit }),
      ),
      // Whatever it has not sent is on the disk, and who ends by himself gives up what waits.
      StopSignal: "SIGKILL",
      // The journal is read by the machine's own program, in the machine's root.
      ...(system && { CapabilityAdd: ["CAP_SYS_CHROOT"] }),
      Mounts: [
        bind(collectorPaths.engineLogs, collectorPaths.engineLogs),
        bind(stateFolder, collectorPaths.data, {}),
        ...(system
          ? [
              bind("/", collectorPaths.host, {
                ReadOnly: true,
                BindOptions: { Propagation: "rslave" },
              }),
            ]
          : []),
      ],
    },
  });
}
