import type { IngressExtension } from "../spec";
import { healthPath, port } from "./names";

/** How browsers reach Grafana: as an application would say it in `x-slipway.ingress`. */
export function grafanaRoute(host: string): IngressExtension {
  return { host, path: "/", port, tls: true, healthPath };
}
