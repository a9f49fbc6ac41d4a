import type { ComposeMount, ComposeProject, ComposeService } from "../../spec";
import { stackLabels, type ApplicationNames } from "../names";
import { bytes } from "../quantities";
import { parseTmpfs } from "../tmpfs";

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

function tmpfs(text: string): object {
  const { target, sizeBytes, mode } = parseTmpfs(text);
  return {
    Type: "tmpfs",
    Target: target,
    TmpfsOptions: {
      ...(sizeBytes !== undefined && { SizeBytes: sizeBytes }),
      ...(mode !== undefined && { Mode: mode }),
    },
  };
}
