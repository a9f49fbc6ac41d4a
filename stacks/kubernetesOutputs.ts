/** What a Kubernetes cluster's Pulumi stack tells applications, beside what it has in common with others. */
import type { KubernetesRoutes } from "../components/ingress/kubernetes";
import type { MonitoringFacts as KubernetesMonitoringFacts } from "../components/application/kubernetes";
import type { TaintSpec } from "../components/spec";

/** A node pool, as far as placement goes. */
export interface NodePoolOutput {
  readonly name: string;
  readonly role: "controlPlane" | "worker";
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly TaintSpec[];
}

/** How the nodes reach registries, for whoever asks these for an image in their place. */
export interface RegistriesOutput {
  /** PEM of authorities that the nodes trust besides the system's. */
  readonly caCertificates: readonly string[];
  /** Registries (`host` or `host:port`) reached without verified TLS. */
  readonly insecure: readonly string[];
}

/** The cluster's ingress. */
export interface KubernetesIngressOutput extends KubernetesRoutes {
  /** PEM of the certificate that users see; absent where Slipway does not know it. */
  readonly certificate?: string;
  /** Ports of the nodes; absent for a controller of the site. */
  readonly ports?: { readonly http: number; readonly https: number; readonly status: number };
}

/** Who reads the metrics of pods. */
export interface KubernetesMonitoringOutput extends KubernetesMonitoringFacts {
  /** Requests are counted, by an ingress that Prometheus reads. */
  readonly measuresRequests: boolean;
}
