/** Namespace of everything that the ingress has on the cluster. */
export const namespace = "slipway-ingress";

/** IngressClass by which applications ask for it; the default one. */
export const className = "slipway";

/** Name of Traefik's objects, and of its pods in their labels. */
export const traefik = "traefik";

/** Port on the pod's loopback at which Traefik asks the filter for what the API server knows. */
export const filterPort = 8001;

/** Keys of the ConfigMap. */
export const configurationKeys = {
  static: "traefik.yml",
  dynamic: "dynamic.yml",
  filter: "haproxy.cfg",
} as const;

/** The one mount with Traefik's files. */
export const mountPath = "/etc/traefik";

/** Files of Traefik, as paths below the mount. */
export const files = {
  static: "traefik.yml",
  dynamic: "dynamic/slipway.yml",
  certificate: "tls/certificate.pem",
  key: "tls/key.pem",
} as const;

/** Path of a file in Traefik's container. */
export function pathOf(file: keyof typeof files): string {
  return `${mountPath}/${files[file]}`;
}
