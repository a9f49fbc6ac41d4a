import { services as ingressServices } from "../../ingress/names";
import { collectorPorts } from "../../logging/collectorConfig";
import { gatewayMetricsPort } from "../../logging/gatewayConfig";
import { services as loggingServices } from "../../logging/swarm/names";
import { api } from "../../platform/apiFilter";
import { namespace as registryNamespace, network as registryNetwork } from "../../registry/names";
import { mostNumbered, probeLabel, scrapeLabels, ownerLabel } from "../applicationLabels";
import { enginePort, jobs, platformOwner, ports } from "../names";
import { swarmQuestions } from "../state/swarm";
import { hosts, networks, services } from "../swarm/names";
import { collectorFigures, gatewayScope, storeProbe, type LoggingTargets } from "./logging";
import {
  copy,
  fixed,
  httpProbe,
  keep,
  ownedBy,
  probed,
  registryProbe,
  routeOfRequests,
  set,
  stateScrapes,
  tlsProbe,
  type Relabel,
  type Scrape,
} from "./scrape";

export interface SwarmScrapeSettings {
  /** Port of the nodes at which Slipway's own ingress has its metrics; absent where there is none. */
  readonly ingressStatusPort?: number;
  /** URL at which the cluster's registry answers; absent where it has none. */
  readonly registry?: string;
  /** Absent where the cluster has none. */
  readonly logging?: LoggingTargets;
  /** The registry is Slipway's own, and Prometheus is on its network. */
  readonly ownRegistry: boolean;
  /** What probes connect to, in the place of what DNS says. */
  readonly through?: string;
  /** Prometheus has an Alertmanager beside it. */
  readonly alerts: boolean;
}

const apiUrl = `http://${api.host}:${api.port}`;
const refresh = "15s";
const tasks = [{ host: apiUrl, role: "tasks", refresh_interval: refresh }];
const nodes = [{ host: apiUrl, role: "nodes", refresh_interval: refresh }];

const meta = "__meta_dockerswarm";
/** A label of a service, as discovery names it. */
function serviceLabel(label: string): string {
  return `${meta}_service_label_${label.replaceAll(/[^A-Za-z0-9_]/g, "_")}`;
}

const isToRun = keep(`${meta}_task_desired_state`, "running");
const onNode = copy(`${meta}_node_hostname`, "node");

/** Tasks of one service of monitoring's own. */
function own(job: string, service: string, port: number): Scrape {
  return {
    job_name: job,
    dockerswarm_sd_configs: tasks,
    relabel_configs: [
      isToRun,
      keep(`${meta}_service_name`, service),
      keep(`${meta}_network_name`, networks.parts),
      {
        source_labels: ["__address__"],
        regex: "([^:]+)(:\\d+)?",
        target_label: "__address__",
        replacement: `$1:${port}`,
      },
      onNode,
      copy(`${meta}_node_hostname`, "instance"),
    ],
  };
}

/** Whose a container is, by the names that other metrics have for it. */
const ofContainers: readonly Relabel[] = [
  copy("container_label_com_docker_stack_namespace", "application"),
  copy("container_label_com_docker_swarm_service_name", "service"),
  { regex: "container_label_.+", action: "labeldrop" },
];

/** Engines, on ports of the nodes. */
const engine: Scrape = {
  job_name: jobs.engine,
  dockerswarm_sd_configs: nodes,
  relabel_configs: [
    {
      source_labels: [`${meta}_node_address`],
      target_label: "__address__",
      replacement: `$1:${enginePort}`,
    },
    onNode,
    copy(`${meta}_node_hostname`, "instance"),
  ],
};

/** The managers' Docker API: how long its certificates last. */
const dockerApi: Scrape = {
  job_name: "docker-api",
  ...tlsProbe,
  dockerswarm_sd_configs: nodes,
  relabel_configs: [
    keep(`${meta}_node_role`, "manager"),
    {
      source_labels: [`${meta}_node_address`],
      target_label: "__param_target",
      replacement: "$1:2376",
    },
    { source_labels: [`${meta}_node_hostname`], target_label: "instance", replacement: "$1:2376" },
    onNode,
    set("__address__", `${hosts.blackboxExporter}:${ports.blackboxExporter}`),
  ],
};

const application = [
  copy(serviceLabel("com.docker.stack.namespace"), "application"),
  copy(`${meta}_service_name`, "service"),
] as const;

/** Where a service says by its labels that its metrics are. */
const labelledPort: Relabel = {
  source_labels: ["__address__", serviceLabel(scrapeLabels.port)],
  regex: "([^:]+)(?::\\d+)?;(\\d+)",
  target_label: "__address__",
  replacement: "$1:$2",
};

/** Applications that say so, on the network that Prometheus shares with them. */
const applications: Scrape = {
  job_name: jobs.applications,
  dockerswarm_sd_configs: tasks,
  relabel_configs: [
    isToRun,
    keep(serviceLabel(scrapeLabels.scrape), "true"),
    keep(`${meta}_network_name`, networks.applications),
    labelledPort,
    copy(serviceLabel(scrapeLabels.path), "__metrics_path__"),
    ...application,
    ...ownedBy(serviceLabel(ownerLabel), platformOwner),
    onNode,
    // Addresses come and go with tasks; their slots stay.
    {
      source_labels: [`${meta}_service_name`, `${meta}_task_slot`],
      regex: "(.+);(\\d+)",
      target_label: "task",
      replacement: "$1.$2",
    },
  ],
};

/** Processes of Slipway's own registry, on the network that they share with Prometheus alone. */
const registryMetrics: Scrape = {
  job_name: jobs.registryMetrics,
  dockerswarm_sd_configs: tasks,
  relabel_configs: [
    isToRun,
    // Prometheus is on that network itself.
    keep(serviceLabel(scrapeLabels.scrape), "true"),
    keep(`${meta}_network_name`, registryNetwork),
    labelledPort,
    copy(`${meta}_service_name`, "process", `${registryNamespace}_(.+)`),
    onNode,
    copy(`${meta}_node_hostname`, "instance"),
  ],
};

function ingress(port: number): Scrape {
  return {
    job_name: jobs.ingress,
    dockerswarm_sd_configs: tasks,
    relabel_configs: [
      isToRun,
      keep(`${meta}_service_name`, ingressServices.traefik),
      {
        source_labels: [`${meta}_node_address`],
        target_label: "__address__",
        replacement: `$1:${port}`,
      },
      onNode,
      copy(`${meta}_node_hostname`, "instance"),
    ],
    metric_relabel_configs: routeOfRequests,
  };
}

/** One probe for each URL that a service names: tasks of one service have the same, and so are one target. */
function probes(through: string | undefined): readonly Scrape[] {
  return Array.from({ length: mostNumbered }, (_, index) => {
    const label = serviceLabel(probeLabel(index));
    const relabel: Relabel[] = [
      isToRun,
      keep(label, ".+"),
      copy(label, "__param_target"),
      ...probed(`${hosts.blackboxExporter}:${ports.blackboxExporter}`, through),
      ...application,
      ...ownedBy(serviceLabel(ownerLabel), platformOwner),
      set("job", jobs.probes),
    ];
    return {
      job_name: `${jobs.probes}-${index}`,
      ...httpProbe,
      dockerswarm_sd_configs: tasks,
      relabel_configs: relabel,
    };
  });
}

/** Collectors, and where Slipway runs them the gateway and the store. */
function logScrapes({ store, gateway }: LoggingTargets): readonly Scrape[] {
  const { relabel, ...probe } = storeProbe(`${hosts.blackboxExporter}:${ports.blackboxExporter}`);
  const { relabel_configs: found = [], ...discovered } = own(
    jobs.logStore,
    loggingServices.store,
    ports.blackboxExporter,
  );
  return [
    {
      ...own(jobs.logCollector, loggingServices.collector, collectorPorts.metrics),
      metric_relabel_configs: collectorFigures,
    },
    ...(gateway
      ? [{ ...own(jobs.logGateway, loggingServices.gateway, gatewayMetricsPort), ...gatewayScope }]
      : []),
    ...(store ? [{ ...discovered, ...probe, relabel_configs: [...found, ...relabel] }] : []),
  ];
}

/** What Prometheus reads on a Swarm. */
export function swarmScrapes({
  ingressStatusPort,
  registry,
  logging,
  ownRegistry,
  through,
  alerts,
}: SwarmScrapeSettings): Scrape[] {
  return [
    fixed(jobs.prometheus, `localhost:${ports.prometheus}`),
    ...(alerts ? [fixed(jobs.alertmanager, `${hosts.alertmanager}:${ports.alertmanager}`)] : []),
    fixed(jobs.blackbox, `${hosts.blackboxExporter}:${ports.blackboxExporter}`),
    own(jobs.node, services.nodeExporter, ports.nodeExporter),
    {
      ...own(jobs.cadvisor, services.cadvisor, ports.cadvisor),
      metric_relabel_configs: ofContainers,
    },
    engine,
    dockerApi,
    ...stateScrapes(apiUrl, `${hosts.jsonExporter}:${ports.jsonExporter}`, swarmQuestions),
    ...(ingressStatusPort === undefined ? [] : [ingress(ingressStatusPort)]),
    applications,
    ...(ownRegistry ? [registryMetrics] : []),
    ...registryProbe(`${hosts.blackboxExporter}:${ports.blackboxExporter}`, registry),
    ...(logging === undefined ? [] : logScrapes(logging)),
    ...probes(through),
  ];
}
