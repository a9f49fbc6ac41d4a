/** A service of a canonical project; see model.ts. */
import type {
  ComposeDependency,
  ComposeDeploy,
  ComposeDevice,
  ComposeDeviceRequest,
  ComposeFileMount,
  ComposeHealthcheck,
  ComposeHook,
  ComposeLogging,
  ComposeMount,
  ComposeNetworkAttachment,
  ComposeOptionalEnvFile,
  ComposePort,
  ComposeUlimit,
} from "./serviceParts";
import type { ServiceExtension } from "./slipway";

/** Names starting with `x-` are kept wherever they stand. */
export type Extensions = Readonly<Record<`x-${string}`, unknown>>;
type Texts = Readonly<Record<string, string>>;

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

/** Slipway builds no images: all that matters is that there is one. */
export interface ComposeBuild extends Extensions {
  readonly context?: string;
  readonly [field: string]: unknown;
}
