import { stringify } from "yaml";
import type { IngressSpec } from "../spec";
import { entryPoints, middlewares } from "./names";

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

/** Left to the Go runtime of Traefik's limit before it collects harder: the rest is stacks and buffers. */
export const traefikMemoryMiB = { limit: 512, heap: 460, reserved: 64 } as const;

/** Where Traefik's routes come from. */
export interface RouteSource {
  /** Traefik's provider of the orchestrator, with its settings. */
  readonly provider: Readonly<Record<string, object>>;
  /** Changes that come within this time are taken as one, milliseconds. */
  readonly throttleMs: number;
  /** Path of the dynamic configuration's file. */
  readonly dynamic: string;
}

/** Traefik's static configuration: what it can't change while it runs. */
export function staticConfiguration(
  spec: Pick<IngressSpec, "trustedProxies" | "accessLog" | "dashboard">,
  { provider, throttleMs, dynamic }: RouteSource,
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
      providersThrottleDuration: `${throttleMs}ms`,
      ...provider,
      file: { filename: dynamic, watch: false },
    },
  });
}

/** Paths of a certificate and its key, PEM. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Middlewares that all routes share. */
export function sharedMiddlewares({
  httpsPort,
}: Pick<IngressSpec, "httpsPort">): Readonly<Record<string, object>> {
  return {
    [middlewares.retry]: { retry },
    [middlewares.redirect]: {
      redirectScheme: {
        scheme: "https",
        permanent: true,
        ...(httpsPort !== 443 && { port: String(httpsPort) }),
      },
    },
  };
}

/** The part of the dynamic configuration that is about TLS: the certificate that clients see. */
export function tlsSection({ tls }: Pick<IngressSpec, "tls">, pair: CertificateFiles): object {
  if (tls === undefined) return {};
  return {
    tls: {
      stores: { default: { defaultCertificate: pair } },
      options: {
        default: { minVersion: `VersionTLS${tls.minVersion.replace(".", "")}`, sniStrict: false },
      },
    },
  };
}
