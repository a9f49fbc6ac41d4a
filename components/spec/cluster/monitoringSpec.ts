/** The `platform.monitoring` section of `cluster.yml`, after parsing and defaulting. */

/** Prometheus, Alertmanager and exporters, or the wires to a Prometheus that the site has already. */
export interface MonitoringSpec {
  /** Present unless `external` is. */
  readonly storage?: MonitoringStorageSpec;
  readonly retention: MonitoringRetentionSpec;
  /** Present where a receiver has mail. */
  readonly mail?: MailServerSpec;
  readonly receivers: Readonly<Record<string, ReceiverSpec>>;
  /** Who gets what no route names. Present where there are receivers. */
  readonly defaultReceiver?: string;
  readonly routes: readonly AlertRouteSpec[];
  readonly deadManSwitch?: DeadManSwitchSpec;
  /** Names of Slipway's own alerts. */
  readonly disabledAlerts: readonly string[];
  /** Rules of the site, read and checked by the loader. */
  readonly rules: readonly RuleFile[];
  /** Where the runbooks are that alerts link to. Default `docs/runbooks`, where Slipway has them. */
  readonly runbooks: string;
  readonly probes: ProbesSpec;
  readonly images: MonitoringImagesSpec;
  /** Dashboards. Default: none. */
  readonly grafana?: GrafanaSpec;
  /** A Prometheus of the site; only `probes` and `images` then have an effect besides. */
  readonly external?: ExternalMonitoringSpec;
}

export interface MonitoringStorageSpec {
  /** Machine that the volume is on. Always present in a Swarm. */
  readonly node?: string;
  readonly sizeGiB: number;
  /** Kubernetes only. Default: the cluster's. */
  readonly storageClass?: string;
}

/** As Prometheus writes it. */
export interface MonitoringRetentionSpec {
  /** `15d`. */
  readonly time: string;
  /** Prometheus' GB are powers of 1024: `16GB`. */
  readonly size: string;
}

export interface MailServerSpec {
  readonly host: string;
  /** Default 587. */
  readonly port: number;
  readonly from: string;
  /** Its password is a Pulumi secret. */
  readonly user?: string;
  /** STARTTLS or nothing. Default true. */
  readonly tls: boolean;
}

/** At least one of the two is present. */
export interface ReceiverSpec {
  /** Addresses. */
  readonly mail?: readonly string[];
  readonly webhook?: WebhookSpec;
}

export interface WebhookSpec {
  /** Absent where the URL is a Pulumi secret itself. */
  readonly url?: string;
  /** Default `none`; the others have a Pulumi secret. */
  readonly authentication: "none" | "bearer" | "basic";
  /** Present with `basic`. */
  readonly user?: string;
}

/** At least one of `severity` and `owner` is present. */
export interface AlertRouteSpec {
  readonly severity?: "critical" | "warning";
  readonly owner?: string;
  readonly receiver: string;
  /** Default false. */
  readonly continue: boolean;
}

export interface DeadManSwitchSpec {
  readonly receiver: string;
  /** Default 60. */
  readonly intervalSeconds: number;
}

/** A file of rules in Prometheus' own form. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

export interface ProbesSpec {
  /** What probes connect to. Default: what DNS says of each host. */
  readonly through?: string;
}

/** Grafana, behind the cluster's ingress. */
export interface GrafanaSpec {
  /** It is there; otherwise it is only described. Default true. */
  readonly enabled: boolean;
  /** Name by which browsers ask for it, over TLS. */
  readonly host: string;
}

/** Full image names, in the place of the pinned ones. */
export interface MonitoringImagesSpec {
  readonly prometheus?: string;
  readonly alertmanager?: string;
  readonly nodeExporter?: string;
  readonly cadvisor?: string;
  readonly blackboxExporter?: string;
  readonly jsonExporter?: string;
  readonly apiFilter?: string;
  readonly grafana?: string;
}

export interface ExternalMonitoringSpec {
  readonly url: string;
  /** Its password is a Pulumi secret. */
  readonly user?: string;
}
