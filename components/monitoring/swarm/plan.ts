import path from "node:path";
import { filterConfiguration, filterFile, filterService } from "../../platform/apiFilter";
import { imageName } from "../../platform/images";
import {
  container,
  memory,
  mounted,
  onMachine,
  placement,
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
} from "../../platform/parts";
import type { MonitoringSpec } from "../../spec";
import { alertmanagerConfiguration } from "../alertmanagerConfig";
import {
  alertmanagerArguments,
  heapLimit,
  needs,
  prometheusArguments,
  prometheusNeeds,
} from "../arguments";
import { blackboxConfiguration } from "../blackboxConfig";
import { cadvisorArguments } from "../cadvisor";
import { remoteWriteUrl } from "../external";
import { monitoringImages } from "../images";
import { paths, ports, textfileFolder, trustOfSite } from "../names";
import { hostRoot, nodeExporterArguments, textfileMount } from "../nodeExporter";
import { prometheusConfiguration } from "../prometheusConfig";
import { rulesFile } from "../rules";
import type { LoggingTargets } from "../scrape/logging";
import { swarmScrapes } from "../scrape/swarm";
import type { FileSecrets } from "../secrets";
import { swarmStateConfiguration } from "../state/swarm";
import { apiRules } from "./apiFilter";
import { hosts, namespace, networks, services, volumes } from "./names";

export interface MonitoringSettings {
  /** Name of the cluster. */
  readonly cluster: string;
  readonly spec: MonitoringSpec;
  /** Registry prefix under which the site mirrors images. */
  readonly mirror?: string;
  /** How many machines the cluster has. */
  readonly machines: number;
  /** CPUs of the machine that Prometheus runs on: it can't be given more. */
  readonly cpus: number;
  /** Port of the nodes at which Slipway's own ingress has its metrics; absent where there is none. */
  readonly ingressStatusPort?: number;
  /** URL at which the cluster's registry answers; absent where it has none. */
  readonly registry?: string;
  /** What the cluster's logging has; absent where there is none. */
  readonly logging?: LoggingTargets;
  /** The registry is Slipway's own, and Prometheus joins its network. */
  readonly ownRegistry: boolean;
  /** PEM of authorities that the site's mail server, webhooks and Prometheus may be signed by. */
  readonly caCertificates: readonly string[];
}

export interface FilePlan {
  readonly configs: readonly PlatformFile[];
  readonly secrets: readonly PlatformFile[];
}

/** Keys of files. */
const keys = {
  prometheus: "prometheus.yml",
  rules: "slipway.rules.yml",
  siteRules: (index: number) => `site-${index}.rules.yml`,
  alertmanager: "alertmanager.yml",
  blackbox: "blackbox.yml",
  json: "json-exporter.yml",
  password: "prometheus.password",
  authorities: "authorities.pem",
} as const;

/** The programs run as nobody in particular, as their images have it. */
const user = "65534";

/** The networks: `encrypted` where the cluster wants every overlay so. */
export function monitoringNetworks(
  encrypted: boolean,
): Readonly<Record<keyof typeof networks, PlatformNetwork>> {
  const network = (name: string, internal: boolean) =>
    platformNetwork(namespace, name, { encrypted, internal });
  return {
    applications: network(networks.applications, false),
    parts: { ...network(networks.parts, false), attachable: false },
    api: network(networks.api, true),
  };
}

export function monitoringFiles(
  {
    cluster,
    spec,
    ingressStatusPort,
    registry,
    ownRegistry,
    logging,
    caCertificates,
  }: MonitoringSettings,
  secrets: FileSecrets,
): FilePlan {
  const { external } = spec;
  const own = external === undefined;
  const texts: Record<string, string> = {
    [keys.prometheus]: prometheusConfiguration({
      cluster,
      scrapes: swarmScrapes({
        ingressStatusPort,
        registry,
        logging,
        ownRegistry,
        through: spec.probes.through,
        alerts: own,
      }),
      ...(own && { alertmanager: `${hosts.alertmanager}:${ports.alertmanager}` }),
      ...(!own && {
        remoteWrite: {
          url: remoteWriteUrl(external),
          user: external.user,
        },
      }),
    }),
    ...(own && ruleTexts(spec)),
    ...(caCertificates.length > 0 && { [keys.authorities]: caCertificates.join("\n") }),
    [keys.blackbox]: blackboxConfiguration(),
    [keys.json]: swarmStateConfiguration(),
    [filterFile]: filterConfiguration(apiRules),
  };
  const hidden = (key: string, text: string) =>
    platformFile(namespace, key, text, secretHash(secrets.salt, text));
  return {
    configs: Object.entries(texts).map(([key, text]) => platformFile(namespace, key, text)),
    secrets: [
      ...(own ? [hidden(keys.alertmanager, alertmanagerConfiguration(spec, secrets))] : []),
      ...(secrets.external === undefined ? [] : [hidden(keys.password, secrets.external)]),
    ],
  };
}

function ruleTexts({ disabledAlerts, runbooks, rules }: MonitoringSpec): Record<string, string> {
  return {
    [keys.rules]: rulesFile({ orchestrator: "swarm", disabled: disabledAlerts, runbooks }),
    ...Object.fromEntries(rules.map(({ text }, index) => [keys.siteRules(index), text])),
  };
}

/** Ids in the Swarm of what the services refer to; outputs of other resources, or the ids themselves. */
export interface MonitoringIds<Id> {
  readonly networks: Readonly<Record<keyof typeof networks, Id>> & {
    /** That of Slipway's own registry; present where there is one. */
    readonly registry?: Id;
  };
  readonly files: FileIds<Id>;
}

export type Part = keyof typeof services;

/** The services, each after those that it asks. */
export function monitoringServices<Id>(
  settings: MonitoringSettings,
  ids: MonitoringIds<Id>,
): readonly (readonly [Part, ServicePlan])[] {
  const { spec, mirror } = settings;
  const plan = (part: Part, made: Readonly<Record<string, unknown>>) =>
    [part, { name: services[part], spec: made }] as const;
  const api = filterService(
    namespace,
    { image: spec.images.apiFilter, mirror },
    { files: ids.files, network: ids.networks.api },
  );
  return [
    plan("api", api),
    plan("nodeExporter", nodeExporter(settings, ids)),
    plan("cadvisor", cadvisor(settings, ids)),
    plan("blackboxExporter", blackboxExporter(settings, ids)),
    plan("jsonExporter", jsonExporter(settings, ids)),
    ...(spec.external === undefined ? [plan("alertmanager", alertmanager(settings, ids))] : []),
    plan("prometheus", prometheus(settings, ids)),
  ];
}

type Images = keyof typeof monitoringImages & keyof MonitoringSpec["images"];

/** What every service of monitoring has. */
function part(
  { spec, mirror }: MonitoringSettings,
  program: Images,
  {
    command,
    limits,
    containerSpec,
    task,
    mode,
    env = [],
  }: {
    readonly command: readonly string[];
    readonly limits: { memory: { limit: number; reserved: number }; cpus: number };
    readonly containerSpec?: object;
    readonly task: object;
    readonly mode: "global" | "one";
    readonly env?: readonly string[];
  },
) {
  const image = imageName(monitoringImages[program], { own: spec.images[program], mirror });
  const { Limits, Reservations } = memory(limits.memory);
  return {
    ...service(namespace, image, {
      mode: mode === "global" ? { Global: {} } : { Replicated: { Replicas: 1 } },
    }),
    TaskTemplate: {
      ContainerSpec: {
        ...container(namespace, image),
        Command: [...command],
        Env: [heapLimit(limits.memory), ...env],
        User: `${user}:${user}`,
        ...containerSpec,
      },
      Resources: { Limits: { ...Limits, NanoCPUs: Math.round(limits.cpus * 1e9) }, Reservations },
      RestartPolicy: { Condition: "any", Delay: 5 * second },
      ...task,
    },
    EndpointSpec: { Mode: "dnsrr" },
  };
}

/**
 * Where data is, the task is. What Prometheus asks and tells is there as well: elsewhere a machine that goes would take along
 * the part that tells of it.
 */
function onItsMachine({ spec: { storage } }: MonitoringSettings): object {
  return placement(onMachine(storage?.node));
}

function volume(source: string, target: string): object {
  return { Type: "volume", Source: source, Target: target };
}

/** What a program needs to trust the site's authorities; `undefined` where there are none. */
function trustedBy<Id>({ caCertificates }: MonitoringSettings, files: FileIds<Id>) {
  if (caCertificates.length === 0) return undefined;
  return {
    env: [`${trustOfSite.name}=${trustOfSite.value}`],
    configs: [mounted(files, keys.authorities, paths.authorities, user)],
  };
}

function prometheus<Id>(
  settings: MonitoringSettings,
  { networks: joined, files }: MonitoringIds<Id>,
) {
  const { spec, machines, cpus } = settings;
  const own = spec.external === undefined;
  // With an Alertmanager beside it, it asks nobody but the cluster.
  const trust = own ? undefined : trustedBy(settings, files);
  const wants = prometheusNeeds(machines);
  const rules = spec.rules.map(({ path: name }, index) =>
    mounted(files, keys.siteRules(index), `${paths.rules}/${path.basename(name)}`, user),
  );
  return part(settings, "prometheus", {
    command: ["/bin/prometheus", ...prometheusArguments(spec)],
    limits: { memory: wants.memory, cpus: Math.min(wants.cpus, cpus) },
    mode: "one",
    env: trust?.env,
    containerSpec: {
      // What it has in memory goes to disk.
      StopGracePeriod: 60 * second,
      ...(own && {
        Healthcheck: {
          Test: [
            "CMD",
            "/bin/promtool",
            "query",
            "instant",
            `http://localhost:${ports.prometheus}`,
            "vector(1)",
          ],
          Interval: 15 * second,
          Timeout: 10 * second,
          // What was not written to disk is read again first.
          StartPeriod: 300 * second,
          Retries: 4,
        },
      }),
      Configs: [
        mounted(files, keys.prometheus, paths.prometheus, user),
        ...(own ? [mounted(files, keys.rules, `${paths.rules}/slipway.yml`, user), ...rules] : []),
        ...(trust?.configs ?? []),
      ],
      Secrets: spec.external?.user === undefined ? [] : [secret(files, keys.password, user)],
      Mounts: [
        own
          ? volume(volumes.prometheus, paths.data)
          : // What is not sent yet: the task may go anywhere, and begins anew there.
            {
              Type: "tmpfs",
              Target: paths.data,
              TmpfsOptions: { SizeBytes: 256 * 2 ** 20, Mode: 0o1777 },
            },
      ],
    },
    task: {
      ...onItsMachine(settings),
      Networks: [
        { Target: joined.applications },
        { Target: joined.parts, Aliases: [hosts.prometheus] },
        { Target: joined.api },
        ...(joined.registry === undefined ? [] : [{ Target: joined.registry }]),
      ],
    },
  });
}

function alertmanager<Id>(
  settings: MonitoringSettings,
  { networks: joined, files }: MonitoringIds<Id>,
) {
  const url = `http://localhost:${ports.alertmanager}`;
  const trust = trustedBy(settings, files);
  return part(settings, "alertmanager", {
    command: ["/bin/alertmanager", ...alertmanagerArguments(`/run/secrets/${keys.alertmanager}`)],
    limits: needs.alertmanager,
    mode: "one",
    env: trust?.env,
    containerSpec: {
      Healthcheck: {
        Test: ["CMD", "/bin/amtool", `--alertmanager.url=${url}`, "silence", "query"],
        Interval: 15 * second,
        Timeout: 10 * second,
        StartPeriod: 30 * second,
        Retries: 4,
      },
      ...(trust !== undefined && { Configs: trust.configs }),
      Secrets: [secret(files, keys.alertmanager, user)],
      Mounts: [volume(volumes.alertmanager, paths.alertmanagerData)],
    },
    task: {
      ...onItsMachine(settings),
      Networks: [{ Target: joined.parts, Aliases: [hosts.alertmanager] }],
    },
  });
}

function nodeExporter<Id>(settings: MonitoringSettings, { networks: joined }: MonitoringIds<Id>) {
  return part(settings, "nodeExporter", {
    command: ["/bin/node_exporter", ...nodeExporterArguments],
    limits: needs.nodeExporter,
    mode: "global",
    containerSpec: {
      Mounts: [
        {
          Type: "bind",
          Source: "/",
          Target: hostRoot,
          ReadOnly: true,
          // Disks that are mounted later are seen, too.
          BindOptions: { Propagation: "rslave" },
        },
        { Type: "bind", Source: textfileFolder, Target: textfileMount, ReadOnly: true },
      ],
    },
    task: { Networks: [{ Target: joined.parts }] },
  });
}

/** Root in its container, without a capability: it reads what belongs to root, the engine's socket among it. */
function cadvisor<Id>(settings: MonitoringSettings, { networks: joined }: MonitoringIds<Id>) {
  const bind = (source: string, target: string) => ({
    Type: "bind",
    Source: source,
    Target: target,
    ReadOnly: true,
  });
  return part(settings, "cadvisor", {
    command: ["/usr/bin/cadvisor", ...cadvisorArguments],
    limits: needs.cadvisor,
    mode: "global",
    containerSpec: {
      User: "0:0",
      Mounts: [
        { ...bind("/", "/rootfs"), BindOptions: { Propagation: "rslave" } },
        bind("/var/run", "/var/run"),
        bind("/sys", "/sys"),
        bind("/var/lib/docker", "/var/lib/docker"),
      ],
    },
    task: { Networks: [{ Target: joined.parts }] },
  });
}

function blackboxExporter<Id>(
  settings: MonitoringSettings,
  { networks: joined, files }: MonitoringIds<Id>,
) {
  return part(settings, "blackboxExporter", {
    command: [
      "/bin/blackbox_exporter",
      `--config.file=${paths.blackbox}`,
      `--web.listen-address=:${ports.blackboxExporter}`,
    ],
    limits: needs.blackboxExporter,
    mode: "one",
    containerSpec: { Configs: [mounted(files, keys.blackbox, paths.blackbox, user)] },
    task: {
      ...onItsMachine(settings),
      Networks: [{ Target: joined.parts, Aliases: [hosts.blackboxExporter] }],
    },
  });
}

function jsonExporter<Id>(
  settings: MonitoringSettings,
  { networks: joined, files }: MonitoringIds<Id>,
) {
  return part(settings, "jsonExporter", {
    command: [
      "/bin/json_exporter",
      `--config.file=${paths.json}`,
      `--web.listen-address=:${ports.jsonExporter}`,
    ],
    limits: needs.jsonExporter,
    mode: "one",
    containerSpec: { Configs: [mounted(files, keys.json, paths.json, user)] },
    task: {
      ...onItsMachine(settings),
      Networks: [{ Target: joined.parts, Aliases: [hosts.jsonExporter] }, { Target: joined.api }],
    },
  });
}
