/** A volume of one host. */
export interface Volume {
  readonly name: string;
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Set on a volume whose content may be thrown away. */
export const ephemeralLabel = "slipway.ephemeral";

/** The engine names volumes that nobody named by 64 hexadecimal digits: they end with their container. */
const anonymous = /^[0-9a-f]{64}$/;

/** File systems that live elsewhere, though the `local` driver mounts them. */
const networkTypes = new Set(["nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs"]);

/** Volumes whose data exists on this host only, and would be lost with it. */
export function localData(volumes: readonly Volume[]): Volume[] {
  return volumes.filter(
    ({ name, driver, options, labels }) =>
      driver === "local" &&
      !anonymous.test(name) &&
      labels[ephemeralLabel] !== "true" &&
      !networkTypes.has(options.type ?? "") &&
      options.type !== "tmpfs",
  );
}

/** The refusal to destroy data, by name, with what to do. */
export function refusal(machine: string, volumes: readonly Volume[]): string {
  const names = volumes.map(({ name }) => `"${name}"`).join(", ");
  const [noun, them] = volumes.length === 1 ? ["volume", "it"] : ["volumes", "them"];
  return (
    `${machine} holds ${noun} ${names}: removing the machine would destroy ${them}. ` +
    `Move the data and remove the ${noun} (docker volume rm), ` +
    `label ${them} ${ephemeralLabel}=true where the data may go, or set ephemeralVolumes: true on the node pool`
  );
}
