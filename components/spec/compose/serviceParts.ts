/** What a service of a canonical project is made of; see model.ts. */
import type { Extensions } from "./service";

type Texts = Readonly<Record<string, string>>;

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
