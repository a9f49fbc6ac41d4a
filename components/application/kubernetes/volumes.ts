import type { ComposeMount, ComposeProject, ComposeService, ComposeVolume } from "../../spec";
import { bytes } from "../quantities";
import { annotated, commonLabels, divided, dnsLabel, namespaceOf } from "./names";
import { byteQuantity } from "./quantities";
import type { KubernetesArgs, PlannedObject } from "./types";

/** Asked for where the file does not say: Compose knows no sizes. */
const defaultSize = 2 ** 30;
/** Docker's own driver: on Kubernetes the default storage class. */
const localDriver = "local";

/** What a named volume of the file is on Kubernetes. */
export type VolumeKind =
  | { readonly kind: "claim" }
  | { readonly kind: "nfs"; readonly server: string; readonly path: string }
  | { readonly kind: "memory"; readonly sizeBytes?: number }
  | { readonly kind: "host"; readonly path: string }
  | { readonly kind: "unknown"; readonly type: string };

/** Docker's `local` driver mounts what its options say; without options the volume is a claim. */
export function volumeKind(volume: ComposeVolume | undefined): VolumeKind {
  const { driver = localDriver, driver_opts: options = {}, external } = volume ?? {};
  if (external || driver !== localDriver || Object.keys(options).length === 0)
    return { kind: "claim" };
  const { type = "", device = "", o = "" } = options;
  const given = new Map(o.split(",").map((one): [string, string] => splitOnce(one, "=")));
  if (type === "nfs" || type === "nfs4") {
    const [host, path] = splitOnce(device, ":");
    return { kind: "nfs", server: given.get("addr") ?? host, path };
  }
  if (type === "tmpfs") {
    const size = bytes(given.get("size"));
    return { kind: "memory", ...(size !== undefined && { sizeBytes: size }) };
  }
  if ((type === "none" || type === "") && (given.has("bind") || given.has("rbind")))
    return { kind: "host", path: device };
  return { kind: "unknown", type };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Mounts of named volumes that are claims: what a service of the file keeps. */
export function claimedVolumes(
  { volumes = [] }: ComposeService,
  project: ComposeProject,
): readonly (ComposeMount & { readonly source: string })[] {
  return volumes.flatMap((mount) => {
    const { type, source } = mount;
    if (type !== "volume" || source === undefined) return [];
    return volumeKind(project.volumes?.[source]).kind === "claim" ? [{ ...mount, source }] : [];
  });
}

/** Whether tasks on several nodes may have the volume at a time. */
export function isShared(volume: ComposeVolume | undefined): boolean {
  return volume?.["x-slipway"]?.shared === true;
}

/** Whether the service has data that only one node can have at a time. */
export function ownsData(service: ComposeService, project: ComposeProject): boolean {
  return claimedVolumes(service, project).some(
    ({ source }) => !isShared(project.volumes?.[source]),
  );
}

/** Name of the claim of a volume: its own name where the file gives it one, else its key, since the namespace is its own. */
export function claimName(key: string, project: ComposeProject): string {
  const volume = project.volumes?.[key];
  return dnsLabel(
    volume === undefined || volume.name === `${project.name}_${key}` ? key : volume.name,
  );
}

/**
 * A claim for each named volume that a service uses, not templates of a StatefulSet: a volume of the file is one thing
 * with one name, whichever service has it, and keeps its data when that is scaled, made anew or called otherwise.
 */
export function claims(args: KubernetesArgs): readonly PlannedObject[] {
  const { project } = args.plan;
  const used = new Set(
    Object.values(project.services).flatMap((service) =>
      claimedVolumes(service, project).map(({ source }) => source),
    ),
  );
  return [...used].sort().flatMap((key) => {
    const volume = project.volumes?.[key];
    if (volume?.external) return [];
    const { labels, annotations } = divided(volume?.labels);
    const { size, ephemeral = false } = volume?.["x-slipway"] ?? {};
    const driver = volume?.driver ?? localDriver;
    return [
      {
        key: `PersistentVolumeClaim/${key}`,
        object: {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: {
            name: claimName(key, project),
            namespace: namespaceOf(args.application),
            labels: { ...labels, ...commonLabels(args.application) },
            ...annotated({
              ...annotations,
              // It is bound when a pod wants it, and then the pod's workload says how it goes.
              "pulumi.com/skipAwait": "true",
            }),
          },
          spec: {
            accessModes: [isShared(volume) ? "ReadWriteMany" : "ReadWriteOnce"],
            ...(driver !== localDriver && { storageClassName: driver }),
            resources: { requests: { storage: byteQuantity(bytes(size) ?? defaultSize) } },
          },
        },
        after: ["Namespace"],
        ...(!ephemeral && { isKept: true as const }),
      },
    ];
  });
}
