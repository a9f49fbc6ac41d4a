import { namespaceLabel } from "../../../provider/sdk/ownership";
import { ownerLabel } from "../applicationLabels";
import { key, stateConfiguration, type StateMetric } from "./metric";
import { objectiveMetrics } from "./objectives";

/** Paths of the Docker API by module: what json-exporter asks for each. */
export const swarmQuestions = {
  services: "/services?status=true",
  nodes: "/nodes",
  /** Tasks that are to run no more: those that have failed are among them. */
  tasks: `/tasks?filters=${encodeURIComponent(JSON.stringify({ "desired-state": { shutdown: true } }))}`,
} as const;

/** Label with the name of a service's image as it was asked for, as `docker stack` writes it. */
const imageLabel = "com.docker.stack.image";

const application = `{.Spec.Labels.${key(namespaceLabel)}}`;
const names = { service: "{.Spec.Name}", application } as const;

const services: readonly StateMetric[] = [
  {
    name: "slipway_service",
    type: "object",
    help: "Tasks of a service: how many it is to have, and how many run.",
    path: "{[?(@.ServiceStatus)]}",
    labels: names,
    values: {
      desired_tasks: "{.ServiceStatus.DesiredTasks}",
      ready_tasks: "{.ServiceStatus.RunningTasks}",
    },
  },
  {
    name: "slipway_service_id",
    type: "object",
    help: "Ids of services, by which tasks name them.",
    path: "{[*]}",
    labels: { ...names, service_id: "{.ID}" },
    values: { info: 1 },
  },
  {
    name: "slipway_service_owner",
    type: "object",
    help: "Who is told when something is wrong with a service.",
    path: `{[?(@.Spec.Labels.${key(ownerLabel)})]}`,
    labels: { ...names, owner: `{.Spec.Labels.${key(ownerLabel)}}` },
    values: { info: 1 },
  },
  {
    name: "slipway_service_version",
    type: "object",
    help: "Images of services, whose tag is the version.",
    path: `{[?(@.Spec.Labels.${key(imageLabel)})]}`,
    labels: { ...names, image: `{.Spec.Labels.${key(imageLabel)}}` },
    values: { info: 1 },
  },
  ...objectiveMetrics((filter) => `{[${filter}]}`, ".Spec.Labels", application),
];

const nodes: readonly StateMetric[] = [
  {
    name: "slipway_node",
    type: "object",
    help: "Nodes of the Swarm, with what managers think of them.",
    path: "{[*]}",
    labels: {
      node: "{.Description.Hostname}",
      role: "{.Spec.Role}",
      availability: "{.Spec.Availability}",
      state: "{.Status.State}",
    },
    values: { info: 1 },
  },
  {
    name: "slipway_quorum_member",
    type: "object",
    help: "Managers, with whether the others reach them.",
    path: "{[?(@.ManagerStatus)]}",
    labels: { node: "{.Description.Hostname}", state: "{.ManagerStatus.Reachability}" },
    values: { info: 1 },
  },
];

const tasks: readonly StateMetric[] = ["failed", "rejected"].map((state) => ({
  name: "slipway_task_failed",
  type: "object",
  help: "Tasks that have failed, or could not even start, as far back as the Swarm keeps them.",
  path: `{[?(@.Status.State=="${state}")]}`,
  labels: { service_id: "{.ServiceID}", task: "{.ID}" },
  values: { info: 1 },
}));

/** json-exporter's configuration on a Swarm. */
export function swarmStateConfiguration(): string {
  return stateConfiguration({
    services: { metrics: services },
    nodes: { metrics: nodes },
    tasks: { metrics: tasks },
  });
}
