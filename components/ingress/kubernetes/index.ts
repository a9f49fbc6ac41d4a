export { KubernetesIngress, type KubernetesIngressArgs } from "./kubernetesIngress";
export { namespace as ingressNamespace } from "./names";
export { kubernetesRoutes, type KubernetesRoutes, type TraefikRoutes } from "./routes";
