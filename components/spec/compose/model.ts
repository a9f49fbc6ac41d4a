/**
 * A loaded Compose project in its canonical form: one way to say each thing, as compose-go marshals a loaded project to
 * JSON. Zero values (`false`, 0, empty texts and lists) are left out unless they mean something other than nothing.
 *
 * Durations are texts in the form of Go (`10s`, `1m30s`, `1h0m0s`), sizes decimal texts of bytes, paths absolute.
 */
import type { ComposeService, Extensions } from "./service";
import type { StackExtension, VolumeExtension } from "./slipway";

export * from "./service";
export * from "./serviceParts";

type Texts = Readonly<Record<string, string>>;

export interface ComposeProject extends Extensions {
  /** Name of the project: prefix of the names of networks, volumes, configs and secrets. */
  readonly name: string;
  /** Active services by name; those of inactive profiles are left out. */
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, ComposeNetwork>>;
  readonly volumes?: Readonly<Record<string, ComposeVolume>>;
  readonly configs?: Readonly<Record<string, ComposeFileObject>>;
  readonly secrets?: Readonly<Record<string, ComposeFileObject>>;
  readonly "x-slipway"?: StackExtension;
}

export interface ComposeNetwork extends Extensions {
  /** `<project>_<key>` unless it is given or the network is external. */
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Texts;
  readonly ipam: {
    readonly driver?: string;
    readonly config?: readonly {
      readonly subnet?: string;
      readonly gateway?: string;
      readonly ip_range?: string;
      readonly aux_addresses?: Texts;
    }[];
  };
  readonly external?: true;
  readonly internal?: true;
  readonly attachable?: true;
  readonly labels?: Texts;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
}

export interface ComposeVolume extends Extensions {
  /** `<project>_<key>` unless it is given or the volume is external. */
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Texts;
  readonly external?: true;
  readonly labels?: Texts;
  readonly "x-slipway"?: VolumeExtension;
}

/** A config or a secret. Its value is where `file`, `environment` or `content` says, and is not read here. */
export interface ComposeFileObject extends Extensions {
  /** `<project>_<key>` unless it is given or the object is external. */
  readonly name: string;
  /** Absolute path of the file with the value. */
  readonly file?: string;
  /** Name of the variable with the value. */
  readonly environment?: string;
  /** The value itself; configs only. */
  readonly content?: string;
  readonly external?: true;
  readonly labels?: Texts;
  readonly driver?: string;
  readonly driver_opts?: Texts;
  readonly template_driver?: string;
}
