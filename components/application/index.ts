export { Application } from "./application";
export { managerEndpoint, type DockerCredentials } from "./endpoint";
export { kernelLimits, type ClusterFeatures } from "./kernelLimits";
