export * from "./cluster/types";
export { type LoadClusterOptions, loadCluster, parseCluster } from "./cluster/load";
export { type Loaded, type Problem, type Severity, SpecError, renderProblem } from "./problem";
export type { Variables } from "./interpolation";
export { renderDuration } from "./quantities";
export { type LoadStackOptions, loadStack, parseStack } from "./stack/load";
export * from "./stack/types";
