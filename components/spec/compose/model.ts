/**
 * A loaded Compose project in its canonical form: one way to say each thing, as compose-go marshals a loaded project to
 * JSON. Zero values (`false`, 0, empty texts and lists) are left out unless they mean something other than nothing.
 *
 * Durations are texts in the form of Go (`10s`, `1m30s`, `1h0m0s`), sizes decimal texts of bytes, paths absolute.
 */
import type { ServiceExtension, StackExtension, VolumeExtension } from "./slipway";

/** Names starting with `x-` are kept wherever they stand. */
export type Extensions = Readonly<Record<`x-${string}`, unknown>>;
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

export interface ComposeService extends Extensions {
  readonly "x-slipway"?: ServiceExtension;
  readonly profiles?: readonly string[];
  readonly image?: string;
  readonly build?: ComposeBuild;
  /** Null: the image's own; an empty list: none. */
  readonly command: readonly string[] | null;
  /** Null: the image's own; an empty list: none. */
  readonly entrypoint: readonly string[] | null;
  /** With what `env_file` says; null for a name without a value that has none in the environment either. */
  readonly environment?: Readonly<Record<string, string | null>>;
  /** Paths of those that are required, mappings for the others. */
  readonly env_file?: readonly (string | ComposeOptionalEnvFile)[];
  readonly ports?: readonly ComposePort[];
  /** Ports and ranges, with `/udp` where it is one. */
  readonly expose?: readonly string[];
  readonly volumes?: readonly ComposeMount[];
  readonly volumes_from?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly networks?: Readonly<Record<string, ComposeNetworkAttachment | null>>;
  readonly network_mode?: string;
  readonly configs?: readonly ComposeFileMount[];
  readonly secrets?: readonly ComposeFileMount[];
  readonly depends_on?: Readonly<Record<string, ComposeDependency>>;
  readonly deploy?: ComposeDeploy;
  readonly healthcheck?: ComposeHealthcheck;
  readonly labels?: Texts;
  readonly label_file?: readonly string[];
  readonly annotations?: Texts;
  readonly logging?: ComposeLogging;
  readonly hostname?: string;
  readonly domainname?: string;
  readonly container_name?: string;
  readonly user?: string;
  readonly group_add?: readonly string[];
  readonly working_dir?: string;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: true;
  readonly read_only?: true;
  readonly init?: boolean;
  readonly tty?: true;
  readonly stdin_open?: true;
  readonly attach?: boolean;
  readonly sysctls?: Texts;
  /** One number for both limits, or each on its own. */
  readonly ulimits?: Readonly<Record<string, number | ComposeUlimit>>;
  readonly stop_signal?: string;
  readonly stop_grace_period?: string;
  readonly restart?: string;
  readonly scale?: number;
  readonly platform?: string;
  readonly pull_policy?: string;
  readonly runtime?: string;
  /** `host=address`, sorted. */
  readonly extra_hosts?: readonly string[];
  readonly dns?: readonly string[];
  readonly dns_opt?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly mac_address?: string;
  readonly links?: readonly string[];
  readonly external_links?: readonly string[];
  readonly devices?: readonly ComposeDevice[];
  readonly device_cgroup_rules?: readonly string[];
  readonly gpus?: readonly ComposeDeviceRequest[];
  readonly shm_size?: string;
  readonly storage_opt?: Texts;
  readonly ipc?: string;
  readonly pid?: string;
  readonly uts?: string;
  readonly userns_mode?: string;
  readonly cgroup?: string;
  readonly cgroup_parent?: string;
  readonly isolation?: string;
  readonly cpus?: number;
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly cpu_shares?: number;
  readonly cpuset?: string;
  readonly mem_limit?: string;
  readonly mem_reservation?: string;
  readonly mem_swappiness?: string;
  readonly memswap_limit?: string;
  readonly oom_kill_disable?: true;
  readonly oom_score_adj?: number;
  readonly pids_limit?: number;
  readonly blkio_config?: Readonly<Record<string, unknown>>;
  readonly credential_spec?: {
    readonly config?: string;
    readonly file?: string;
    readonly registry?: string;
  };
  readonly provider?: Readonly<Record<string, unknown>>;
  readonly develop?: Readonly<Record<string, unknown>>;
  readonly post_start?: readonly ComposeHook[];
  readonly pre_stop?: readonly ComposeHook[];
}

export interface ComposeOptionalEnvFile {
  readonly path: string;
  readonly required: false;
  readonly format?: string;
}

export interface ComposePort extends Extensions {
  readonly mode: string;
  readonly target: number;
  /** A port, or a range (`8000-8010`) of which the engine takes one; absent: the engine chooses. */
  readonly published?: string;
  readonly protocol: string;
  readonly host_ip?: string;
  readonly name?: string;
  readonly app_protocol?: string;
}

export interface ComposeMount extends Extensions {
  readonly type: "bind" | "volume" | "tmpfs" | "cluster" | "npipe" | "image";
  /** Name of a volume, or an absolute path; absent for an anonymous volume. */
  readonly source?: string;
  readonly target?: string;
  readonly read_only?: true;
  readonly consistency?: string;
  readonly bind?: {
    readonly propagation?: string;
    readonly create_host_path?: true;
    readonly recursive?: string;
    readonly selinux?: string;
  };
  readonly volume?: { readonly labels?: Texts; readonly nocopy?: true; readonly subpath?: string };
  readonly tmpfs?: { readonly size?: string; readonly mode?: number };
  readonly image?: { readonly subpath?: string };
}

export interface ComposeNetworkAttachment extends Extensions {
  readonly aliases?: readonly string[];
  readonly driver_opts?: Texts;
  readonly gw_priority?: number;
  readonly interface_name?: string;
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly priority?: number;
}

/** A config or secret as a service mounts it. */
export interface ComposeFileMount extends Extensions {
  readonly source: string;
  /** For secrets `/run/secrets/<source>` unless it is given; for configs absent unless it is given. */
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** Octal, such as `0440`. */
  readonly mode?: string;
}

export interface ComposeDependency extends Extensions {
  readonly condition: "service_started" | "service_healthy" | "service_completed_successfully";
  readonly restart?: true;
  readonly required: boolean;
}

export interface ComposeHealthcheck extends Extensions {
  /** Starts with `CMD`, `CMD-SHELL` or `NONE`. */
  readonly test?: readonly string[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly start_period?: string;
  readonly start_interval?: string;
  readonly retries?: number;
  readonly disable?: true;
}

export interface ComposeLogging extends Extensions {
  readonly driver?: string;
  readonly options?: Texts;
}

export interface ComposeDeploy extends Extensions {
  /** `replicated` (the default), `global`, `replicated-job` or `global-job`. */
  readonly mode?: string;
  readonly replicas?: number;
  readonly endpoint_mode?: string;
  readonly labels?: Texts;
  readonly update_config?: ComposeUpdateConfig;
  readonly rollback_config?: ComposeUpdateConfig;
  readonly resources: {
    readonly limits?: ComposeLimits;
    readonly reservations?: ComposeReservations;
  };
  readonly restart_policy?: {
    readonly condition?: string;
    readonly delay?: string;
    readonly max_attempts?: number;
    readonly window?: string;
  };
  readonly placement: {
    readonly constraints?: readonly string[];
    readonly preferences?: readonly { readonly spread?: string }[];
    readonly max_replicas_per_node?: number;
  };
}

export interface ComposeUpdateConfig extends Extensions {
  readonly parallelism?: number;
  readonly delay?: string;
  readonly failure_action?: string;
  readonly monitor?: string;
  readonly max_failure_ratio?: number;
  readonly order?: "start-first" | "stop-first";
}

export interface ComposeLimits extends Extensions {
  readonly cpus?: number;
  readonly memory?: string;
  readonly pids?: number;
}

export interface ComposeReservations extends Extensions {
  readonly cpus?: number;
  readonly memory?: string;
  readonly generic_resources?: readonly {
    readonly discrete_resource_spec?: { readonly kind: string; readonly value: number };
  }[];
  readonly devices?: readonly ComposeDeviceRequest[];
}

export interface ComposeDeviceRequest {
  readonly capabilities?: readonly string[];
  readonly driver?: string;
  /** -1 for all. */
  readonly count?: number;
  readonly device_ids?: readonly string[];
  readonly options?: Texts;
}

export interface ComposeDevice extends Extensions {
  readonly source: string;
  readonly target?: string;
  readonly permissions?: string;
}

export interface ComposeUlimit {
  readonly soft?: number;
  readonly hard?: number;
}

export interface ComposeHook extends Extensions {
  readonly command: readonly string[] | null;
  readonly user?: string;
  readonly privileged?: true;
  readonly working_dir?: string;
  readonly environment?: Readonly<Record<string, string | null>>;
}

/** Slipway builds no images: all that matters is that there is one. */
export interface ComposeBuild extends Extensions {
  readonly context?: string;
  readonly [field: string]: unknown;
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
