/** A Compose file after the schema: anything may be missing, because it was not written or was wrong and is reported. */
export interface StackFile {
  readonly version?: string | number;
  readonly "x-slipway"?: { readonly version?: string };
  readonly services?: Readonly<Record<string, ServiceFile | undefined>>;
  readonly networks?: Readonly<Record<string, NetworkFile | null | undefined>>;
}

export type Scalar = string | number | boolean | null;
/** `NAME: value` or `- NAME=value`. */
export type Pairs = Readonly<Record<string, Scalar | undefined>> | readonly (string | undefined)[];

export interface ServiceFile {
  readonly image?: string;
  readonly command?: string | readonly (string | undefined)[];
  readonly environment?: Pairs;
  readonly ports?: readonly (string | number | PortFile | undefined)[];
  readonly networks?: readonly (string | undefined)[] | Readonly<Record<string, unknown>>;
  readonly healthcheck?: HealthcheckFile;
  readonly stop_grace_period?: string;
  readonly deploy?: DeployFile;
}

export interface PortFile {
  readonly target?: number;
  readonly published?: number | string;
  readonly protocol?: "tcp" | "udp";
  readonly mode?: "ingress" | "host";
}

export interface HealthcheckFile {
  readonly disable?: boolean;
  readonly test?: string | readonly (string | undefined)[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly start_period?: string;
  readonly retries?: number;
}

export interface AmountsFile {
  readonly cpus?: string | number;
  readonly memory?: string | number;
}

export interface DeployFile {
  readonly mode?: "replicated" | "global";
  readonly replicas?: number;
  readonly endpoint_mode?: "vip" | "dnsrr";
  readonly labels?: Pairs;
  readonly placement?: {
    readonly constraints?: readonly (string | undefined)[];
    readonly max_replicas_per_node?: number;
  };
  readonly update_config?: {
    readonly parallelism?: number;
    readonly delay?: string;
    readonly order?: "stop-first" | "start-first";
    readonly failure_action?: "pause" | "continue" | "rollback";
  };
  readonly resources?: { readonly limits?: AmountsFile; readonly reservations?: AmountsFile };
}

export interface NetworkFile {
  readonly driver?: "overlay";
  readonly driver_opts?: { readonly encrypted?: string | boolean };
  readonly external?: boolean;
  readonly name?: string;
}
