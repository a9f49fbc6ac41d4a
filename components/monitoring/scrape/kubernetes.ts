import { entryPoints } from "../../ingress/names";
import { namespace as ingressNamespace } from "../../ingress/kubernetes/names";
import { collectorPorts } from "../../logging/collectorConfig";
import { gatewayMetricsPort } from "../../logging/gatewayConfig";
import {
  namespace as loggingNamespace,
  parts as loggingParts,
} from "../../logging/kubernetes/names";
import { registryNamespace, metricsPort, workloadPrefix } from "../../registry/kubernetes/names";
import { ownerLabel, scrapeLabels } from "../applicationLabels";
import { namespace, parts, probePathAnnotation } from "../kubernetes/names";
import { jobs, platformOwner, ports } from "../names";
import { kubernetesQuestions } from "../state/kubernetes";
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
  stateScrapes,
  type Scrape,
} from "./scrape";

export interface KubernetesScrapeSettings {
  /** Slipway's own ingress is there. */
  readonly ingress: boolean;
  /** URL at which the cluster's registry answers; absent where it has none. */
  readonly registry?: string;
  /** Absent where the cluster has none. */
  readonly logging?: LoggingTargets;
  /** The registry is Slipway's own. */
  readonly ownRegistry: boolean;
  /** What probes connect to, in the place of what DNS says. */
  readonly through?: string;
  /** Prometheus has an Alertmanager beside it. */
  readonly alerts: boolean;
}

const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const meta = "__meta_kubernetes";

/** A label or annotation, as discovery names it. */
function key(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, "_");
}

function discovery(role: string, namespaces?: readonly string[]): object {
  return {
    kubernetes_sd_configs: [
      { role, ...(namespaces !== undefined && { namespaces: { names: namespaces } }) },
    ],
  };
}

const asPrometheus = {
  scheme: "https",
  authorization: { credentials_file: `${account}/token` },
} as const;

/**
 * Kubelets show certificates that they have signed themselves, as everywhere in a cluster of kubeadm; who reads figures
 * from them can't check whose they are.
 */
const kubelet = {
  ...discovery("node"),
  ...asPrometheus,
  tls_config: { insecure_skip_verify: true },
} as const;

const ofKubelet = [
  copy(`${meta}_node_name`, "node"),
  copy(`${meta}_node_name`, "instance"),
] as const;

function address(port: number) {
  return {
    source_labels: [`${meta}_pod_ip`],
    target_label: "__address__",
    replacement: `$1:${port}`,
  } as const;
}

const onNode = copy(`${meta}_pod_node_name`, "node");

/** Pods of one of monitoring's own parts, or of the ingress. */
function podsOf(job: string, inNamespace: string, name: string, port: number): Scrape {
  return {
    job_name: job,
    ...discovery("pod", [inNamespace]),
    relabel_configs: [
      keep(`${meta}_pod_label_app_kubernetes_io_name`, name),
      keep(`${meta}_pod_phase`, "Running"),
      address(port),
      onNode,
      copy(`${meta}_pod_node_name`, "instance"),
    ],
  };
}

const annotation = (name: string) => `${meta}_pod_annotation_${key(name)}`;

/** Applications that say so. */
const applications: Scrape = {
  job_name: jobs.applications,
  ...discovery("pod"),
  relabel_configs: [
    keep(annotation(scrapeLabels.scrape), "true"),
    keep(`${meta}_pod_phase`, "Running"),
    {
      source_labels: [`${meta}_pod_ip`, annotation(scrapeLabels.port)],
      regex: "(.+);(\\d+)",
      target_label: "__address__",
      replacement: "$1:$2",
    },
    copy(annotation(scrapeLabels.path), "__metrics_path__"),
    copy(`${meta}_namespace`, "application"),
    copy(`${meta}_pod_label_app_kubernetes_io_name`, "service"),
    copy(`${meta}_pod_name`, "pod"),
    ...ownedBy(annotation(ownerLabel), platformOwner),
    onNode,
  ],
};

/** Processes of Slipway's own registry, by the ports that they name. */
const registryMetrics: Scrape = {
  job_name: jobs.registryMetrics,
  ...discovery("pod", [registryNamespace]),
  relabel_configs: [
    keep(`${meta}_pod_container_port_name`, metricsPort),
    keep(`${meta}_pod_phase`, "Running"),
    copy(`${meta}_pod_label_app_kubernetes_io_name`, "process", `${workloadPrefix}(.+)`),
    onNode,
    copy(`${meta}_pod_node_name`, "instance"),
  ],
};

/** Hosts of Ingresses that say what to ask for. */
function probes(through: string | undefined): Scrape {
  const ingress = `${meta}_ingress`;
  return {
    job_name: jobs.probes,
    ...httpProbe,
    ...discovery("ingress"),
    relabel_configs: [
      keep(`${ingress}_annotation_${key(probePathAnnotation)}`, "/.*"),
      // A host with a wildcard can't be asked.
      keep(`${ingress}_host`, "[^*]+"),
      {
        source_labels: [
          `${ingress}_scheme`,
          `${ingress}_host`,
          `${ingress}_annotation_${key(probePathAnnotation)}`,
        ],
        regex: "(.+);(.+);(.+)",
        target_label: "__param_target",
        replacement: "$1://$2$3",
      },
      ...probed(`${parts.blackboxExporter}:${ports.blackboxExporter}`, through),
      copy(`${meta}_namespace`, "application"),
      ...ownedBy(`${ingress}_annotation_${key(ownerLabel)}`, platformOwner),
    ],
  };
}

/** Collectors, and where Slipway runs them the gateway and the store. */
function logScrapes({ store, gateway }: LoggingTargets): readonly Scrape[] {
  const exporter = `${parts.blackboxExporter}:${ports.blackboxExporter}`;
  const { relabel, ...probe } = storeProbe(exporter);
  const { relabel_configs: found = [], ...discovered } = podsOf(
    jobs.logStore,
    loggingNamespace,
    loggingParts.store,
    ports.blackboxExporter,
  );
  return [
    {
      ...podsOf(
        jobs.logCollector,
        loggingNamespace,
        loggingParts.collector,
        collectorPorts.metrics,
      ),
      metric_relabel_configs: collectorFigures,
    },
    ...(gateway
      ? [
          {
            ...podsOf(
              jobs.logGateway,
              loggingNamespace,
              // Before Slipway's own store it is in that one's pod.
              store ? loggingParts.store : loggingParts.gateway,
              gatewayMetricsPort,
            ),
            ...gatewayScope,
          },
        ]
      : []),
    ...(store ? [{ ...discovered, ...probe, relabel_configs: [...found, ...relabel] }] : []),
  ];
}

/** What Prometheus reads on Kubernetes. */
export function kubernetesScrapes({
  ingress,
  registry,
  logging,
  ownRegistry,
  through,
  alerts,
}: KubernetesScrapeSettings): Scrape[] {
  return [
    fixed(jobs.prometheus, `localhost:${ports.prometheus}`),
    ...(alerts ? [fixed(jobs.alertmanager, `${parts.alertmanager}:${ports.alertmanager}`)] : []),
    fixed(jobs.blackbox, `${parts.blackboxExporter}:${ports.blackboxExporter}`),
    podsOf(jobs.node, namespace, parts.nodeExporter, ports.nodeExporter),
    { job_name: jobs.kubelet, ...kubelet, relabel_configs: [...ofKubelet] },
    {
      job_name: jobs.cadvisor,
      ...kubelet,
      metrics_path: "/metrics/cadvisor",
      relabel_configs: [...ofKubelet],
      metric_relabel_configs: [
        copy("namespace", "application"),
        // As a container is called, so is its service.
        copy("container", "service"),
        // A tenth of what it tells is read by anybody.
        { source_labels: ["__name__"], regex: unread, action: "drop" },
      ],
    },
    {
      job_name: jobs.apiServer,
      ...discovery("endpoints", ["default"]),
      ...asPrometheus,
      tls_config: { ca_file: `${account}/ca.crt` },
      relabel_configs: [
        keep(`${meta}_service_name`, "kubernetes"),
        keep(`${meta}_endpoint_port_name`, "https"),
      ],
      metric_relabel_configs: [
        { source_labels: ["__name__"], regex: "(apiserver|etcd)_.*_bucket", action: "drop" },
      ],
    },
    ...stateScrapes(
      "https://kubernetes.default.svc",
      `${parts.jsonExporter}:${ports.jsonExporter}`,
      kubernetesQuestions,
    ),
    ...(ingress
      ? [
          {
            ...podsOf(jobs.ingress, ingressNamespace, "traefik", entryPoints.status.port),
            metric_relabel_configs: routeOfRequests,
          },
        ]
      : []),
    applications,
    ...(ownRegistry ? [registryMetrics] : []),
    ...registryProbe(`${parts.blackboxExporter}:${ports.blackboxExporter}`, registry),
    ...(logging === undefined ? [] : logScrapes(logging)),
    probes(through),
  ];
}

const unread =
  "container_(tasks_state|memory_failures_total|blkio_device_usage_total|spec_.+|network_(tcp|udp|advance).+|file_descriptors|sockets|threads.*|ulimits.*|processes|last_seen|start_time_seconds)";
