export { KubernetesApplication } from "./application";
export { kubernetesFindings } from "./findings";
export { accessOf } from "./kubeconfig";
export { get, type KubernetesAccess, write } from "./kubernetesApi";
export { namespaceOf } from "./names";
export { kubernetesObjects } from "./plan";
export {
  gatherFacts,
  type KubernetesFacts,
  kubernetesPreflight,
  type PreflightOptions,
  takenRoutes,
} from "./preflight";
export type {
  KubernetesArgs,
  KubernetesObject,
  MonitoringFacts,
  PlannedObject,
  Pool,
  Taint,
} from "./types";
