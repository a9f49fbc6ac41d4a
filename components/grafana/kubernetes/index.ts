export { KubernetesGrafana, type KubernetesGrafanaArgs } from "./kubernetesGrafana";
