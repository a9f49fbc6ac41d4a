import type Docker from "dockerode";

/** A volume of one host. */
export interface Volume {
  readonly name: string;
  readonly driver: string;
  /** `global` where the driver says that every host sees the same data. */
  readonly scope?: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly sizeBytes?: number;
  /** Services and containers that have it mounted. */
  readonly usedBy?: readonly string[];
}

/** Set on a volume whose content may be thrown away. */
export const ephemeralLabel = "slipway.ephemeral";

/** The engine names volumes that nobody named by 64 hexadecimal digits: they end with their container. */
const anonymous = /^[0-9a-f]{64}$/;

/** File systems that live elsewhere or nowhere, though the `local` driver mounts them. */
const notOnDisk = new Set(["nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "tmpfs"]);

/** Volumes whose data exists on this host only, and would be lost with it. */
export function localData(volumes: readonly Volume[]): Volume[] {
  return volumes.filter(
    ({ name, driver, scope, options, labels }) =>
      (driver === "local" || scope === "local") &&
      !anonymous.test(name) &&
      labels[ephemeralLabel] !== "true" &&
      !(driver === "local" && notOnDisk.has(options.type ?? "")),
  );
}

/** The refusal to destroy data, by name, with what to do. */
export function refusal(machine: string, volumes: readonly Volume[]): string {
  const [noun, them] = volumes.length === 1 ? ["volume", "it"] : ["volumes", "them"];
  return (
    `${machine} holds ${noun} ${volumes.map(describe).join(", ")}. Removing the machine would destroy ${them}. ` +
    `Back ${them} up or move the data elsewhere, then remove the ${noun} (docker volume rm). ` +
    "Where the data may go, set ephemeralVolumes: true on the node pool and run `pulumi up` before the machine is removed " +
    `(volumes created with the label ${ephemeralLabel}=true are never in the way)`
  );
}

function describe({ name, sizeBytes, usedBy = [] }: Volume): string {
  const details = [
    ...(sizeBytes === undefined ? [] : [sizeInWords(sizeBytes)]),
    ...(usedBy.length === 0 ? [] : [`used by ${usedBy.join(", ")}`]),
  ];
  return details.length === 0 ? `"${name}"` : `"${name}" (${details.join(", ")})`;
}

const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

export function sizeInWords(bytes: number): string {
  const power = Math.min(bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1024 ** power;
  const digits = power > 0 && value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[power] ?? ""}`;
}

interface RawVolume {
  readonly Name: string;
  readonly Driver: string;
  readonly Scope?: string;
  readonly Options?: Readonly<Record<string, string>> | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  /** Only as part of `/system/df`. */
  readonly UsageData?: { readonly Size: number } | null;
}

/** The volumes of an engine that hold data of this host alone, with size and users: empty when the machine may go. */
export async function dataOn(docker: Docker): Promise<Volume[]> {
  const { Volumes } = (await docker.listVolumes()) as unknown as { Volumes: RawVolume[] | null };
  const held = localData((Volumes ?? []).map(fromApi));
  if (held.length === 0) return held;
  const sizes = await volumeSizes(docker);
  return Promise.all(
    held.map(async (volume) => ({
      ...volume,
      sizeBytes: sizes.get(volume.name),
      usedBy: await usersOf(docker, volume.name),
    })),
  );
}

function fromApi({ Name, Driver, Scope, Options, Labels }: RawVolume): Volume {
  return { name: Name, driver: Driver, scope: Scope, options: Options ?? {}, labels: Labels ?? {} };
}

/** Asked for only to say it in a refusal: the engine has to walk through the files. */
async function volumeSizes(docker: Docker): Promise<Map<string, number>> {
  try {
    const { Volumes } = (await docker.df()) as { Volumes: RawVolume[] | null };
    return new Map(
      (Volumes ?? []).flatMap(({ Name, UsageData }): [string, number][] =>
        UsageData === undefined || UsageData === null || UsageData.Size < 0
          ? []
          : [[Name, UsageData.Size]],
      ),
    );
  } catch {
    // A refusal without sizes is a refusal still.
    return new Map();
  }
}

async function usersOf(docker: Docker, volume: string): Promise<string[]> {
  const containers = await docker.listContainers({ all: true, filters: { volume: [volume] } });
  const users = containers.map(({ Names, Labels }) => {
    const service = Labels["com.docker.swarm.service.name"];
    return service === undefined
      ? `container ${(Names[0] ?? "").replace(/^\//, "")}`
      : `service ${service}`;
  });
  return [...new Set(users)].sort();
}
