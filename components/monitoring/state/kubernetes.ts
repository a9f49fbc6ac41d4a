import { ownerLabel } from "../applicationLabels";
import { key, stateConfiguration, type StateMetric, type StateModule } from "./metric";
import { objectiveMetrics } from "./objectives";

/** Paths of the API server by module: what json-exporter asks for each. Lists come from the API server's own memory. */
export const kubernetesQuestions = {
  nodes: "/api/v1/nodes?resourceVersion=0",
  deployments: "/apis/apps/v1/deployments?resourceVersion=0",
  statefulsets: "/apis/apps/v1/statefulsets?resourceVersion=0",
  daemonsets: "/apis/apps/v1/daemonsets?resourceVersion=0",
  ingresses: "/apis/networking.k8s.io/v1/ingresses?resourceVersion=0",
  /** What the kubelet says of containers that it starts again, later each time, or whose image it can't get. */
  backoffs: `/api/v1/events?fieldSelector=${encodeURIComponent("reason=BackOff")}`,
} as const;

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/** json-exporter shows the API server who it is. */
const client = {
  http_client_config: {
    authorization: { type: "Bearer", credentials_file: `${account}/token` },
    tls_config: { ca_file: `${account}/ca.crt` },
  },
} as const;

const names = { service: "{.metadata.name}", application: "{.metadata.namespace}" } as const;
const controlPlane = `.metadata.labels.${key("node-role.kubernetes.io/control-plane")}`;
const ready = '{.status.conditions[?(@.type=="Ready")].status}';

function workloads(desired: string, isReady: string): readonly StateMetric[] {
  const owner = `.metadata.annotations.${key(ownerLabel)}`;
  const version = `.metadata.labels.${key("app.kubernetes.io/version")}`;
  return [
    {
      name: "slipway_service",
      type: "object",
      help: "Pods that a service is to have.",
      path: `{.items[?(@${desired})]}`,
      labels: names,
      values: { desired_tasks: `{${desired}}` },
    },
    {
      name: "slipway_service",
      type: "object",
      help: "Pods of a service that are ready.",
      path: `{.items[?(@${isReady})]}`,
      labels: names,
      values: { ready_tasks: `{${isReady}}` },
    },
    {
      name: "slipway_service_owner",
      type: "object",
      help: "Who is told when something is wrong with a service.",
      path: `{.items[?(@${owner})]}`,
      labels: { ...names, owner: `{${owner}}` },
      values: { info: 1 },
    },
    {
      name: "slipway_service_version",
      type: "object",
      help: "Versions of services.",
      path: `{.items[?(@${version})]}`,
      labels: { ...names, version: `{${version}}` },
      values: { info: 1 },
    },
  ];
}

const nodes: readonly StateMetric[] = [
  {
    name: "slipway_node",
    type: "object",
    help: "Nodes, with whether they are ready.",
    path: "{.items[*]}",
    labels: { node: "{.metadata.name}", state: ready },
    values: { info: 1 },
  },
  {
    name: "slipway_quorum_member",
    type: "object",
    help: "Control planes, with whether they are ready.",
    path: `{.items[?(@${controlPlane})]}`,
    labels: { node: "{.metadata.name}", state: ready },
    values: { info: 1 },
  },
];

const backoffs: readonly StateMetric[] = [
  {
    name: "slipway_pod",
    type: "object",
    help: "How often the kubelet has waited before it tried to start a container of a pod again.",
    path: '{.items[?(@.involvedObject.kind=="Pod")]}',
    labels: {
      application: "{.involvedObject.namespace}",
      pod: "{.involvedObject.name}",
      event: "{.metadata.name}",
    },
    values: { backoffs: "{.count}" },
  },
];

/** json-exporter's configuration on Kubernetes. */
export function kubernetesStateConfiguration(): string {
  const modules: Readonly<Record<keyof typeof kubernetesQuestions, readonly StateMetric[]>> = {
    nodes,
    deployments: workloads(".spec.replicas", ".status.readyReplicas"),
    statefulsets: workloads(".spec.replicas", ".status.readyReplicas"),
    daemonsets: workloads(".status.desiredNumberScheduled", ".status.numberReady"),
    ingresses: objectiveMetrics(
      (filter) => `{.items[${filter}]}`,
      ".metadata.annotations",
      "{.metadata.namespace}",
    ),
    backoffs,
  };
  return stateConfiguration(
    Object.fromEntries(
      Object.entries(modules).map(([name, metrics]): [string, StateModule] => [
        name,
        { metrics, ...client },
      ]),
    ),
  );
}
