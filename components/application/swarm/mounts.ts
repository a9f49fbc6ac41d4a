import type { ComposeMount, ComposeProject, ComposeService, ComposeVolume } from "../../spec";
import { stackLabels, type ApplicationNames } from "../names";
import { bytes } from "./quantities";

/** Volumes, host paths and memory of a service, as the engine mounts them into each task. */
export function mounts(
  service: ComposeService,
  project: ComposeProject,
  names: ApplicationNames,
): readonly object[] {
  return [
    ...(service.volumes ?? []).map((mount) => one(mount, project, names)),
    ...(service.tmpfs ?? []).map(tmpfs),
  ];
}

function one(mount: ComposeMount, project: ComposeProject, names: ApplicationNames): object {
  const base = {
    Type: mount.type,
    Target: mount.target,
    ...(mount.read_only && { ReadOnly: true }),
  };
  switch (mount.type) {
    case "volume": {
      const { source = "", volume: options } = mount;
      const volume = project.volumes?.[source];
      const driver = volume?.driver;
      return {
        ...base,
        Source: volume?.name ?? source,
        VolumeOptions: {
          ...(options?.nocopy && { NoCopy: true }),
          Labels: volume?.external
            ? {}
            : { ...volume?.labels, ...options?.labels, ...stackLabels(names) },
          ...(!volume?.external &&
            (driver !== undefined || volume?.driver_opts) && {
              DriverConfig: { Name: driver ?? "local", Options: { ...volume?.driver_opts } },
            }),
        },
      };
    }
    case "tmpfs":
      return {
        ...base,
        ...(mount.tmpfs && {
          TmpfsOptions: {
            ...(mount.tmpfs.size !== undefined && { SizeBytes: bytes(mount.tmpfs.size) }),
            ...(mount.tmpfs.mode !== undefined && { Mode: mount.tmpfs.mode }),
          },
        }),
      };
    case "bind":
    case "cluster":
    case "npipe":
    case "image":
      return {
        ...base,
        Source: mount.source,
        ...(mount.bind?.propagation !== undefined && {
          BindOptions: { Propagation: mount.bind.propagation },
        }),
      };
  }
}

/** The short form of Compose's `tmpfs`: a path, and options of mount(8) after a colon. */
function tmpfs(text: string): object {
  const [target = "", ...rest] = text.split(":");
  const options = new Map<string, string | undefined>();
  for (const option of rest.join(":").split(",").filter(Boolean)) {
    const [name = "", value] = option.split("=");
    options.set(name, value);
  }
  const size = options.get("size");
  const mode = options.get("mode");
  return {
    Type: "tmpfs",
    Target: target,
    TmpfsOptions: {
      ...(size !== undefined && { SizeBytes: bytes(size) }),
      ...(mode !== undefined && { Mode: parseInt(mode, 8) }),
    },
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
