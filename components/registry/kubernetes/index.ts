export { KubernetesRegistry, type KubernetesRegistryArgs } from "./kubernetesRegistry";
export { namespace as registryNamespace } from "./plan";
