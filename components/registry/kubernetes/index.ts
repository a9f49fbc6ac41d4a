export { KubernetesRegistry, type KubernetesRegistryArgs } from "./kubernetesRegistry";
export { registryNamespace } from "./names";
