import { createHash } from "node:crypto";
import type { IngressExtension } from "../spec";

/** How the cluster's ingress takes routes: what labels of services have to name. */
export interface RouteSettings {
  /** Name in the Swarm of the network over which the ingress reaches the tasks. */
  readonly network: string;
  /** Traefik's entry points. Without `http`, a route with TLS has no redirect. */
  readonly entryPoints: { readonly http?: string; readonly https: string };
  /** Middlewares of every route, in their order, with their provider (`slipway-retry@file`). */
  readonly middlewares: readonly string[];
  /** Middleware that sends a client from http to https, with its provider. */
  readonly redirect?: string;
  /** Labels that the ingress wants to see on services besides. */
  readonly labels: Readonly<Record<string, string>>;
}

type Labels = Readonly<Record<string, string>>;

/** Seconds between two health checks of a task, and how long one may take. */
const healthCheck = { interval: "2s", timeout: "2s" } as const;

/**
 * Labels by which Traefik knows the routes of a service; none for a service without rules.
 *
 * Traefik sends requests to the tasks' own addresses (`lbswarm: false`): its health checks, its retries and its balance
 * by request need to tell tasks apart, and virtual IPs don't work on nodes without IPVS.
 *
 * @param service Name of the service in the Swarm (`shop_web`), by which names of routes are unique in the cluster.
 */
export function routeLabels(
  service: string,
  rules: readonly IngressExtension[],
  settings: RouteSettings,
): Labels {
  if (rules.length === 0) return {};
  const name = labelName(service);
  const targets = new Map<string, string>();
  const labels: Record<string, string> = {
    ...settings.labels,
    "traefik.enable": "true",
    "traefik.swarm.network": settings.network,
    "traefik.swarm.lbswarm": "false",
  };
  rules.forEach((rule, index) => {
    const known = JSON.stringify([rule.port, rule.healthPath]);
    let target = targets.get(known);
    if (target === undefined) {
      target = targets.size === 0 ? name : `${name}-${targets.size}`;
      targets.set(known, target);
      Object.assign(labels, targetLabels(target, rule));
    }
    const router = index === 0 ? name : `${name}-${index}`;
    Object.assign(labels, routerLabels(router, target, rule, settings));
  });
  return labels;
}

function targetLabels(target: string, { port, healthPath }: IngressExtension): Labels {
  const balancer = `traefik.http.services.${target}.loadbalancer`;
  return {
    [`${balancer}.server.port`]: String(port),
    ...(healthPath !== undefined && {
      [`${balancer}.healthcheck.path`]: healthPath,
      [`${balancer}.healthcheck.interval`]: healthCheck.interval,
      [`${balancer}.healthcheck.timeout`]: healthCheck.timeout,
    }),
  };
}

function routerLabels(
  router: string,
  target: string,
  rule: IngressExtension,
  { entryPoints, middlewares, redirect }: RouteSettings,
): Labels {
  const labels: Record<string, string> = {};
  const add = (name: string, entryPoint: string, via: readonly string[], tls: boolean) => {
    const router = `traefik.http.routers.${name}`;
    labels[`${router}.entrypoints`] = entryPoint;
    labels[`${router}.rule`] = matcher(rule);
    labels[`${router}.service`] = target;
    if (via.length > 0) labels[`${router}.middlewares`] = via.join(",");
    if (tls) labels[`${router}.tls`] = "true";
  };
  if (!rule.tls) add(router, entryPoints.http ?? entryPoints.https, middlewares, false);
  else {
    add(router, entryPoints.https, middlewares, true);
    if (entryPoints.http !== undefined && redirect !== undefined)
      add(`${router}-redirect`, entryPoints.http, [redirect], false);
  }
  return labels;
}

/**
 * Traefik's rule for a host and a path. A path counts by whole segments, as in Kubernetes: `/api` is for `/api` and
 * `/api/users`, and not for `/apix`, which Traefik's own prefix would take. Longer rules come first in Traefik, so the
 * more exact path does.
 */
export function matcher({ host, path }: Pick<IngressExtension, "host" | "path">): string {
  const whole = path.replace(/\/+$/, "");
  if (whole === "") return hostMatcher(host);
  return `${hostMatcher(host)} && (Path(${literal(whole)}) || PathPrefix(${literal(`${whole}/`)}))`;
}

/** `*.example.com` is for one more label, as in certificates. */
function hostMatcher(host: string): string {
  const lower = host.toLowerCase();
  if (!lower.startsWith("*.")) return `Host(${literal(lower)})`;
  return `HostRegexp(${literal(`^[^.]+${lower.slice(1).replaceAll(".", "\\.")}$`)})`;
}

/** A text as rules have it: between back-quotes, where nothing has to be escaped. */
function literal(text: string): string {
  return text.includes("`") ? JSON.stringify(text) : `\`${text}\``;
}

/** Digits of the hash in a name: two services of one cluster never meet by chance. */
const hashDigits = 8;

/** A name that can be a part of a label, where dots divide and letters have no case. */
function labelName(service: string): string {
  const name = service.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "-");
  if (name === service) return name;
  return `${name}-${createHash("sha256").update(service).digest("hex").slice(0, hashDigits)}`;
}

/** How Traefik calls what labels of a service lead to, in its metrics. */
export function routeNames(labels: Labels): readonly string[] {
  return Object.keys(labels).flatMap((label) => {
    const target = /^traefik\.http\.services\.(.+)\.loadbalancer\.server\.port$/.exec(label)?.[1];
    return target === undefined ? [] : [`${target}@swarm`];
  });
}
