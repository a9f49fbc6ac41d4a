export { Application } from "./application";
export type { DockerCredentials } from "./dockerApi";
export { managerEndpoint } from "./endpoint";
export { pinImages } from "./digests";
export { kernelLimits, type ClusterFeatures } from "./kernelLimits";
