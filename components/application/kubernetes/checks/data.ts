import { error, warning, type Finding } from "../../../spec/finding";
import { replicasOf, reservationsOf } from "../../service";
import type { KubernetesArgs, ServiceContext } from "../types";
import { claimedVolumes, isShared, volumeKind } from "../volumes";

/** Largest ConfigMap and Secret, bytes. */
const maxFile = 2 ** 20;

/** Volumes, files and numbers of replicas that do not go together on Kubernetes. */
export function* dataFindings(
  contexts: readonly ServiceContext[],
  args: KubernetesArgs,
): Iterable<Finding> {
  yield* fileFindings(args);
  yield* volumeFindings(contexts, args);
  for (const context of contexts) {
    yield* mountFindings(context);
    yield* autoscaleFindings(context);
  }
}

function* fileFindings({ plan }: KubernetesArgs): Iterable<Finding> {
  for (const kind of ["configs", "secrets"] as const) {
    for (const [key, data] of Object.entries(plan[kind])) {
      const { length } = Buffer.from(data, "base64");
      if (length <= maxFile) continue;
      yield error(
        [kind, key],
        `has ${Math.ceil(length / 1024)} KiB, and Kubernetes keeps at most ${maxFile / 1024} KiB; bring it along in the image, or put it on a volume`,
      );
    }
  }
}

function* volumeFindings(
  contexts: readonly ServiceContext[],
  { plan }: KubernetesArgs,
): Iterable<Finding> {
  const { volumes = {} } = plan.project;
  for (const [key, volume] of Object.entries(volumes)) {
    const kind = volumeKind(volume);
    if (kind.kind === "unknown") {
      yield error(
        ["volumes", key, "driver_opts"],
        `mounts ${kind.type === "" ? "something" : kind.type} by options of Docker's local driver, which Kubernetes knows of nfs, tmpfs and bind only; name a storage class in driver, or an existing claim with external: true`,
      );
    }
  }
  const owners = new Map<string, string>();
  for (const { key, service } of contexts) {
    for (const { source } of claimedVolumes(service, plan.project)) {
      if (isShared(volumes[source])) continue;
      const path = ["services", key, "volumes", mountIndex(service, source)];
      const many = severalNodes(service);
      if (many !== undefined) {
        yield error(path, `has the volume ${source} in ${many}, ${oneNode}`);
      }
      const other = owners.get(source);
      if (other !== undefined && other !== key) {
        yield error(path, `has the volume ${source}, which ${other} has too, ${oneNode}`);
      }
      owners.set(source, key);
    }
  }
}

const oneNode =
  "and on Kubernetes only one node has it at a time (ReadWriteOnce); give each its own, or set x-slipway.shared: true on the volume and name a storage class in driver that can do ReadWriteMany";

function severalNodes(service: ServiceContext["service"]): string | undefined {
  const { autoscale } = service["x-slipway"] ?? {};
  if (service.deploy?.mode === "global") return "a task on each node";
  const most = Math.max(replicasOf(service), autoscale?.max ?? 0);
  return most > 1 ? `${most} tasks` : undefined;
}

function mountIndex({ volumes = [] }: ServiceContext["service"], source: string): number {
  return volumes.findIndex((mount) => mount.source === source);
}

/** Mounts that reach the node. */
function* mountFindings({ key, service, level, args }: ServiceContext): Iterable<Finding> {
  for (const [index, mount] of (service.volumes ?? []).entries()) {
    const path = ["services", key, "volumes", index];
    const kind =
      mount.type === "volume" && mount.source !== undefined
        ? volumeKind(args.plan.project.volumes?.[mount.source])
        : undefined;
    if ((mount.type === "bind" || kind?.kind === "host") && level !== "privileged") {
      yield error(
        path,
        `mounts a path of the node, which pod security ${level} does not allow; keep data in a named volume, bring files along as configs, or set x-slipway.podSecurity: privileged`,
      );
    }
    if (kind?.kind === "nfs" && level === "restricted") {
      yield error(
        path,
        "mounts NFS by itself, which pod security restricted does not allow; name a claim that exists (external: true), or a storage class in driver",
      );
    }
    if (["rshared", "shared"].includes(mount.bind?.propagation ?? "")) {
      yield error(
        [...path, "bind", "propagation"],
        "gives the node what the container mounts, for which it would have to be privileged; use rslave, or leave it out",
      );
    }
  }
}

function* autoscaleFindings({ key, service }: ServiceContext): Iterable<Finding> {
  const path = ["services", key, "x-slipway", "autoscale"];
  const { autoscale } = service["x-slipway"] ?? {};
  if (autoscale === undefined) return;
  if (service.deploy?.mode === "global") {
    yield error(
      path,
      "has no effect with mode: global, which runs one task on each node; remove one of the two",
    );
    return;
  }
  if (!((reservationsOf(service).cpus ?? 0) > 0)) {
    yield error(
      path,
      "needs to know what a task has: set deploy.resources.reservations.cpus, which the scheduler keeps free for each one that is added",
    );
  }
  if (service.deploy?.replicas !== undefined) {
    yield warning(
      ["services", key, "deploy", "replicas"],
      `has no effect on Kubernetes: autoscale decides, from ${autoscale.min} to ${autoscale.max}`,
    );
  }
}
