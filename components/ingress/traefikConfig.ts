import { stringify } from "yaml";
import type { IngressSpec } from "../spec";
import { api, entryPoints, middlewares, networks, paths } from "./names";

/**
 * How fast Traefik follows the Swarm.
 *
 * The Swarm tells nobody of tasks that come and go: Traefik asks, and knows of a change `refreshSeconds` and a throttle
 * later. Until then it sends requests to a task that is to stop. Such a task goes on for `engineSeconds` before it gets
 * its SIGTERM: Docker waits that long for its own name service (`defaultGossipConvergeDelay` in moby's
 * daemon/cluster/executor/container/controller.go). As long as Traefik is faster, no application has to do anything but
 * finish what is under way when SIGTERM comes. Seen: none lost with 1 s, some with 5 s.
 */
export const pace = { refreshSeconds: 1, throttleMs: 200, engineSeconds: 2 } as const;

/**
 * Traefik waits this long for a task to take a connection. One that was killed answers nothing at all: its address is
 * gone from the overlay.
 */
const dialTimeout = "500ms";
/**
 * Attempts per request, and the pause before the second. Only a connection that was not taken is tried again, with the
 * next task: a request that a task may have seen is never sent twice. Which task is next is chance where many requests
 * are under way: with one of two tasks dead, one in a thousand of those that meet it meets it ten times. Six attempts
 * were seen to lose some.
 *
 * Traefik's passive health check would be quicker, and is not used: it counts answers of 500 as well, so that whoever
 * finds a page that fails could take a service from everybody.
 */
const retry = { attempts: 10, initialInterval: "50ms" } as const;
/**
 * A connection to a task that nobody uses is closed after this. It has to be Traefik that closes it: when the task does,
 * a request may be on its way. Node.js closes after 5 s, which is less than nearly all others take.
 */
const idleConnTimeout = "4s";

/**
 * Seconds for which Traefik, asked to stop, goes on taking requests while its `/ping` answers 503, so that the load
 * balancer before it turns to others; and then for which it finishes what is under way.
 */
export const goodbye = { acceptSeconds: 10, finishSeconds: 20 } as const;

/** Traefik's static configuration: what it can't change while it runs. */
export function staticConfiguration(
  spec: Pick<IngressSpec, "trustedProxies" | "accessLog" | "dashboard">,
): string {
  const transport = {
    lifeCycle: {
      requestAcceptGraceTimeout: `${goodbye.acceptSeconds}s`,
      graceTimeOut: `${goodbye.finishSeconds}s`,
    },
  };
  const forwarded =
    spec.trustedProxies.length === 0
      ? {}
      : { forwardedHeaders: { trustedIPs: [...spec.trustedProxies] } };
  const open = ({ port }: { readonly port: number }) => ({ address: `:${port}` });
  return stringify({
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    log: { level: "INFO", format: "json" },
    ...(spec.accessLog && { accessLog: { format: "json" } }),
    entryPoints: {
      [entryPoints.http.name]: { ...open(entryPoints.http), transport, ...forwarded },
      [entryPoints.https.name]: { ...open(entryPoints.https), transport, ...forwarded },
      [entryPoints.status.name]: open(entryPoints.status),
    },
    ping: { entryPoint: entryPoints.status.name },
    metrics: {
      prometheus: { entryPoint: entryPoints.status.name, addRoutersLabels: true },
    },
    ...(spec.dashboard && { api: { dashboard: true, insecure: true } }),
    serversTransport: {
      forwardingTimeouts: { dialTimeout, idleConnTimeout },
    },
    providers: {
      providersThrottleDuration: `${pace.throttleMs}ms`,
      swarm: {
        endpoint: `tcp://${api.host}:${api.port}`,
        exposedByDefault: false,
        network: networks.applications,
        refreshSeconds: pace.refreshSeconds,
        // Without it a manager that died in the middle of an answer would be waited for without end.
        httpClientTimeout: "5s",
      },
      file: { filename: paths.dynamic, watch: false },
    },
  });
}

/** Traefik's dynamic configuration: middlewares that all routes share, and the certificate that clients see. */
export function dynamicConfiguration({
  tls,
  httpsPort,
}: Pick<IngressSpec, "tls" | "httpsPort">): string {
  const pair = { certFile: paths.certificate, keyFile: paths.key };
  return stringify({
    http: {
      middlewares: {
        [middlewares.retry]: { retry },
        [middlewares.redirect]: {
          redirectScheme: {
            scheme: "https",
            permanent: true,
            ...(httpsPort !== 443 && { port: String(httpsPort) }),
          },
        },
      },
    },
    ...(tls !== undefined && {
      tls: {
        stores: { default: { defaultCertificate: pair } },
        options: {
          default: { minVersion: `VersionTLS${tls.minVersion.replace(".", "")}`, sniStrict: false },
        },
      },
    }),
  });
}
