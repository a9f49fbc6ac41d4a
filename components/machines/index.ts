export { existingHosts } from "./existingHosts";
export { lookUp, type VsphereObjects } from "./lookUp";
export { resourceName, type Machine } from "./machine";
export { parseRoll, type Roll } from "./roll";
export { templateProblems } from "./templateFit";
export { VsphereMachines } from "./vsphereMachines";
