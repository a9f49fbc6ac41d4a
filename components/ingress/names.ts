import { namespaceLabel } from "../../provider/sdk/ownership";

/** Namespace of everything that the ingress has on the Swarm, as `docker stack ls` shows it. */
export const namespace = "slipway_ingress";

export const stackLabels = { [namespaceLabel]: namespace } as const;

/** Networks: for requests to applications, and for questions to the Swarm, which applications have no part in. */
export const networks = { applications: namespace, api: `${namespace}_api` } as const;

export const services = { traefik: `${namespace}_traefik`, api: `${namespace}_api` } as const;

/** Entry points of Traefik, and the ports in its container: a user who is not root can open them. */
export const entryPoints = {
  http: { name: "http", port: 8000 },
  https: { name: "https", port: 8443 },
  // The name that Traefik itself gives to the entry point of its own pages.
  status: { name: "traefik", port: 8080 },
} as const;

/** Name by which Traefik asks for the Swarm's API on their network, and the port there. */
export const api = { host: "swarm-api", port: 2375 } as const;

/** Middlewares of the dynamic configuration. */
export const middlewares = { retry: "slipway-retry", redirect: "slipway-redirect" } as const;

/** Where files are in Traefik's container. */
export const paths = {
  static: "/etc/traefik/traefik.yml",
  dynamic: "/etc/traefik/dynamic/slipway.yml",
  certificate: "/etc/traefik/tls/certificate.pem",
  key: "/run/secrets/tls.key",
  /** The image of the HAProxy project reads it from here. */
  haproxy: "/usr/local/etc/haproxy/haproxy.cfg",
} as const;
