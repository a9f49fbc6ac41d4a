export * from "./cluster/kubernetesSpec";
export * from "./cluster/loggingSpec";
export * from "./cluster/monitoringSpec";
export * from "./cluster/platformSpec";
export * from "./cluster/types";
export * from "./compose";
export { type LoadClusterOptions, loadCluster, parseCluster } from "./cluster/load";
export {
  inOrder,
  type Loaded,
  type Problem,
  type Severity,
  SpecError,
  renderProblem,
} from "./problem";
export { fileValues, type FileValues } from "./fileValues";
export type { Variables } from "./interpolation";
export { parseBytes, parseDuration, renderDuration } from "./quantities";
export { supportFindings } from "./support/check";
