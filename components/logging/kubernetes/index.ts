export { KubernetesLogging, type KubernetesLoggingArgs } from "./kubernetesLogging";
export { namespace as loggingNamespace } from "./names";
