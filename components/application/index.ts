export { Application, type IngressAttachment, type MonitoringAttachment } from "./application";
export { askManager, askRegistry, type PinnedImage, type PinnedImages, pinImages } from "./digests";
export type { DockerCredentials } from "./dockerApi";
export { managerEndpoint } from "./endpoint";
export * from "./ledger";
export { type ApplicationNames, applicationNames } from "./names";
export * from "./plan";
export {
  type ClusterFeatures,
  gatherFacts,
  type Objection,
  preflight,
  type SwarmFacts,
} from "./preflight";
