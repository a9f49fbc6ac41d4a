export { Addons, type AddonsArgs } from "./addons/addons";
export type { VsphereStorageArgs } from "./addons/vsphereCsiStorage";
export { Kubernetes } from "./kubernetes";
export { KubernetesHosts, type ReadyHost } from "./kubernetesHosts";
export {
  KubernetesObject,
  KubernetesProvider,
  type Manifest,
  type ManifestArgs,
  type Metadata,
} from "./object";
export { kubernetesImages } from "./images";
