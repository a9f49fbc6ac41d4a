import type { ComposeHealthcheck, ComposeService, ProbeExtension } from "../../spec";
import { literal } from "./environment";
import { seconds } from "./quantities";

/** Docker's own defaults, seconds and failures. */
const docker = { interval: 30, timeout: 30, retries: 3 } as const;
/** Docker's default for `start_interval`, seconds: how often one that starts is asked. */
const startInterval = 5;
/** Where a rule of the ingress names a path of health: as often as Traefik asks on Swarm. */
const routed = { periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 3 } as const;

/** How Kubernetes finds out whether a container has started, may get requests, and must be replaced. */
export interface Probes {
  readonly startupProbe?: object;
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
}

/**
 * Probes of a service: what `x-slipway` says, otherwise the health check for all. A rule of the ingress with a path of
 * health says when requests may come, more exactly than a health check. One that starts slowly is left alone until the
 * health check has passed once, or the time to start and all tries have passed.
 */
export function probes(service: ComposeService): Probes {
  const { readiness, liveness, startup, ingress = [] } = service["x-slipway"] ?? {};
  const check = healthProbe(service.healthcheck);
  const rule = ingress.find(({ healthPath }) => healthPath !== undefined);
  const path = rule && {
    httpGet: { path: rule.healthPath, port: rule.port },
    ...routed,
  };
  const found = {
    startupProbe: startup ? ownProbe(startup) : startupProbe(service.healthcheck),
    readinessProbe: readiness ? ownProbe(readiness) : (path ?? check),
    livenessProbe: liveness ? ownProbe(liveness) : check,
  };
  return Object.fromEntries(Object.entries(found).filter(([, probe]) => probe !== undefined));
}

/** Whether anything tells when a task may get requests. */
export function isProbed(service: ComposeService): boolean {
  return probes(service).readinessProbe !== undefined;
}

/** How long the service may take until it is ready, by what its probes allow, seconds. */
export function startSeconds(service: ComposeService): number {
  const { startup } = service["x-slipway"] ?? {};
  const probe = startup ? ownProbe(startup) : startupProbe(service.healthcheck);
  if (probe === undefined) return 0;
  const { initialDelaySeconds = 0, periodSeconds, failureThreshold } = probe;
  return initialDelaySeconds + periodSeconds * failureThreshold;
}

/**
 * How long a container that is to become ready may be without, seconds: it starts, and all tries that its probe has fail.
 * As on Swarm, where a container is unhealthy after these.
 */
export function readySeconds(service: ComposeService): number {
  const probe = probes(service).readinessProbe as Probe | undefined;
  if (probe === undefined) return startSeconds(service);
  const { initialDelaySeconds = 0, periodSeconds, timeoutSeconds, failureThreshold } = probe;
  return (
    startSeconds(service) + initialDelaySeconds + periodSeconds * failureThreshold + timeoutSeconds
  );
}

interface Probe {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

function action({ test = [], disable }: ComposeHealthcheck): object | undefined {
  const [form, ...words] = test;
  if (disable || form === undefined || form === "NONE") return undefined;
  const command = form === "CMD-SHELL" ? ["/bin/sh", "-c", ...words] : words;
  return { exec: { command: command.map(literal) } };
}

function healthProbe(check: ComposeHealthcheck | undefined): object | undefined {
  const asked = check && action(check);
  if (check === undefined || asked === undefined) return undefined;
  return {
    ...asked,
    periodSeconds: positive(check.interval, docker.interval),
    timeoutSeconds: positive(check.timeout, docker.timeout),
    failureThreshold: retriesOf(check),
  };
}

/** Docker does not count failures within `start_period`, and then as many as there are retries. */
function startupProbe(check: ComposeHealthcheck | undefined): Probe | undefined {
  const asked = check && action(check);
  const period = seconds(check?.start_period) ?? 0;
  if (check === undefined || asked === undefined || period === 0) return undefined;
  const interval = positive(check.interval, docker.interval);
  const every = positive(check.start_interval, Math.min(interval, startInterval));
  return {
    ...asked,
    periodSeconds: every,
    timeoutSeconds: positive(check.timeout, docker.timeout),
    failureThreshold: Math.ceil((period + retriesOf(check) * interval) / every),
  };
}

/** Zero stands for the default, as in Docker. */
function positive(duration: string | undefined, byDefault: number): number {
  const time = seconds(duration) ?? 0;
  return time > 0 ? time : byDefault;
}

function retriesOf({ retries }: ComposeHealthcheck): number {
  return retries !== undefined && retries > 0 ? retries : docker.retries;
}

function ownProbe(probe: ProbeExtension): Probe {
  const { http, tcp, exec } = probe;
  return {
    ...(http && { httpGet: { path: http.path, port: http.port } }),
    ...(tcp && { tcpSocket: { port: tcp.port } }),
    ...(exec && { exec: { command: exec.command.map(literal) } }),
    ...(probe.initialDelay !== undefined && {
      initialDelaySeconds: seconds(probe.initialDelay),
    }),
    periodSeconds: positive(probe.interval, 10),
    timeoutSeconds: positive(probe.timeout, 1),
    failureThreshold: probe.failureThreshold ?? 3,
  };
}
