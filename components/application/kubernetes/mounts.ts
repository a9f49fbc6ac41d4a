import path from "node:path";
import type { ComposeFileMount, ComposeMount } from "../../spec";
import { bytes } from "../quantities";
import { parseTmpfs } from "../tmpfs";
import { dnsLabel } from "./names";
import { byteQuantity } from "./quantities";
import type { ServiceContext } from "./types";
import { claimName, volumeKind } from "./volumes";

/** Volumes of a pod, and where its container has them. */
export interface PodVolumes {
  readonly volumes: readonly object[];
  readonly mounts: readonly object[];
}

interface Mounted {
  /** Of the volume, unless another one has it already. */
  readonly name: string;
  readonly volume: object;
  readonly mount: object;
}

/** Configs, secrets, volumes, host paths and memory of a service. */
export function podVolumes(context: ServiceContext): PodVolumes {
  const { service, files } = context;
  const all: readonly Mounted[] = [
    ...(service.configs ?? []).map((mount) =>
      file("config", mount, configTarget(mount), {
        configMap: { name: files.configs.get(mount.source), ...item(mount) },
      }),
    ),
    ...(service.secrets ?? []).map((mount) =>
      file("secret", mount, secretTarget(mount), {
        secret: { secretName: files.secrets.get(mount.source), ...item(mount) },
      }),
    ),
    ...(service.volumes ?? []).map((mount) => one(mount, context)),
    ...(service.tmpfs ?? []).map((text) => {
      const { target, sizeBytes } = parseTmpfs(text);
      return { name: "memory", volume: memory(sizeBytes), mount: { mountPath: target } };
    }),
  ];
  return named(all);
}

/** The same volume is in the pod once, however often it is mounted. */
function named(all: readonly Mounted[]): PodVolumes {
  const known = new Map<string, string>();
  const volumes: object[] = [];
  const mounts = all.map(({ name, volume, mount }) => {
    const content = JSON.stringify(volume);
    const isOnce = Object.keys(volume)[0] !== "emptyDir";
    let used = isOnce ? known.get(content) : undefined;
    if (used === undefined) {
      const taken = new Set(volumes.map((other) => (other as { name: string }).name));
      used = name;
      for (let count = 2; taken.has(used); count++) used = `${name}-${count}`;
      known.set(content, used);
      volumes.push({ name: used, ...volume });
    }
    return { name: used, ...mount };
  });
  return { volumes, mounts };
}

export function configTarget({ source, target }: ComposeFileMount): string {
  return path.posix.resolve("/", target ?? source);
}

export function secretTarget({ source, target }: ComposeFileMount): string {
  return path.posix.resolve("/run/secrets", target ?? source);
}

/** One file of a ConfigMap or Secret, whose key is that of the file, at its place and with its permissions. */
function file(
  kind: "config" | "secret",
  { source }: ComposeFileMount,
  target: string,
  volume: object,
): Mounted {
  return {
    name: dnsLabel(`${kind}-${source}`, 60),
    volume,
    mount: { mountPath: target, subPath: source, readOnly: true },
  };
}

function item({ source, mode = "0444" }: ComposeFileMount): object {
  return { items: [{ key: source, path: source }], defaultMode: parseInt(mode, 8) };
}

function memory(sizeBytes: number | undefined): object {
  return {
    emptyDir: {
      medium: "Memory",
      ...(sizeBytes !== undefined && { sizeLimit: byteQuantity(sizeBytes) }),
    },
  };
}

function one(mount: ComposeMount, { args }: ServiceContext): Mounted {
  const { type, source, target = "", read_only: readOnly, volume } = mount;
  const at = { mountPath: target, ...(readOnly && { readOnly: true }) };
  switch (type) {
    case "volume": {
      const inVolume = {
        ...at,
        ...(volume?.subpath !== undefined && { subPath: volume.subpath }),
      };
      if (source === undefined)
        return { name: "scratch", volume: { emptyDir: {} }, mount: inVolume };
      return {
        name: dnsLabel(`volume-${source}`, 60),
        volume: namedVolume(source, readOnly ?? false, args.plan.project),
        mount: inVolume,
      };
    }
    case "tmpfs":
      return { name: "memory", volume: memory(bytes(mount.tmpfs?.size)), mount: at };
    case "bind":
    case "cluster":
    case "npipe":
    case "image":
      return {
        name: "host",
        volume: { hostPath: { path: source } },
        mount: { ...at, ...propagation(mount) },
      };
  }
}

function namedVolume(
  key: string,
  readOnly: boolean,
  project: ServiceContext["args"]["plan"]["project"],
): object {
  const kind = volumeKind(project.volumes?.[key]);
  switch (kind.kind) {
    case "claim":
    case "unknown":
      return { persistentVolumeClaim: { claimName: claimName(key, project) } };
    case "nfs":
      return {
        nfs: { server: kind.server, path: kind.path, ...(readOnly && { readOnly: true }) },
      };
    case "memory":
      return memory(kind.sizeBytes);
    case "host":
      return { hostPath: { path: kind.path } };
  }
}

/** Docker's words for what of the node's own mounts a container sees, and the other way round. */
function propagation({ bind }: ComposeMount): object {
  const words: Readonly<Record<string, string>> = {
    rshared: "Bidirectional",
    shared: "Bidirectional",
    rslave: "HostToContainer",
    slave: "HostToContainer",
  };
  const word = words[bind?.propagation ?? ""];
  return word === undefined ? {} : { mountPropagation: word };
}
