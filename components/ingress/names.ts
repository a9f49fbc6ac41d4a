/** Namespace of everything that the ingress has on the Swarm, as `docker stack ls` shows it. */
export const namespace = "slipway_ingress";

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

/** Middlewares of the dynamic configuration. */
export const middlewares = { retry: "slipway-retry", redirect: "slipway-redirect" } as const;

/** How routes name them: with the provider that has read them. */
export const middlewaresOfRoutes = {
  retry: `${middlewares.retry}@file`,
  redirect: `${middlewares.redirect}@file`,
} as const;

/** Where files are in Traefik's container. */
export const paths = {
  static: "/etc/traefik/traefik.yml",
  dynamic: "/etc/traefik/dynamic/slipway.yml",
  certificate: "/etc/traefik/tls/certificate.pem",
  key: "/run/secrets/tls.key",
} as const;
