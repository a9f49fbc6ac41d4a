import type { ComposeDeploy, ComposeProject, ComposeService, ComposeVolume } from "../spec";
import { bytes } from "./quantities";

/** Sorted: the order of names in a file is no change. */
export function byName<T>(mapping: Readonly<Record<string, T>> = {}): readonly [string, T][] {
  return Object.entries(mapping).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What `deploy` says, or would if it were there. */
export function deployOf(service: ComposeService): ComposeDeploy {
  return service.deploy ?? { resources: {}, placement: {} };
}

/** Number of tasks that a replicated service has. */
export function replicasOf(service: ComposeService): number {
  return service.deploy?.replicas ?? service.scale ?? 1;
}

/** Whether a new task can run beside the one that it replaces: neither a port of the node, nor data that both would write, nor a limit of tasks per node is in its way. */
export function canStartFirst(service: ComposeService, project: ComposeProject): boolean {
  const holdsPort = (service.ports ?? []).some(
    ({ mode: publishMode, published }) => publishMode === "host" && published !== undefined,
  );
  const isOnly = deployOf(service).mode !== "global" && replicasOf(service) <= 1;
  const isLimited = deployOf(service).placement.max_replicas_per_node !== undefined;
  return !holdsPort && !isLimited && !writesAlone(service, project, isOnly);
}

/** The form of Docker 2 files (`mem_limit`, `cpus`) stands for `deploy.resources` where that is silent. */
export function limitsOf(service: ComposeService): {
  readonly cpus?: number;
  readonly memoryBytes?: number;
  readonly pids?: number;
} {
  const limits = service.deploy?.resources.limits;
  return {
    cpus: limits?.cpus ?? service.cpus,
    memoryBytes: bytes(limits?.memory ?? service.mem_limit),
    pids: limits?.pids ?? service.pids_limit,
  };
}

export function reservationsOf(service: ComposeService): {
  readonly cpus?: number;
  readonly memoryBytes?: number;
} {
  const reservations = service.deploy?.resources.reservations;
  return {
    cpus: reservations?.cpus,
    memoryBytes: bytes(reservations?.memory ?? service.mem_reservation),
  };
}

/**
 * Whether the service has data that no second task should write at the same time: in a volume or folder of the node, or
 * on shared storage where the service has one task only.
 */
export function writesAlone(
  service: ComposeService,
  project: ComposeProject,
  isOnlyTask: boolean,
): boolean {
  return (service.volumes ?? []).some(({ type, source, read_only: readOnly }) => {
    if (source === undefined || readOnly) return false;
    // A socket is no data.
    if (type === "bind") return !source.endsWith(".sock");
    return type === "volume" && (isOnlyTask || isLocal(project.volumes?.[source]));
  });
}

/** A local volume with a type is a mount of something else, shared storage mostly (nfs, cifs). */
function isLocal({ driver = "local", driver_opts: options = {} }: Partial<ComposeVolume> = {}) {
  return driver === "local" && options.type === undefined;
}
