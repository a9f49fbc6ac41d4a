export { KubernetesMonitoring, type KubernetesMonitoringArgs } from "./kubernetesMonitoring";
export { namespace as monitoringNamespace, parts as monitoringParts } from "./names";
