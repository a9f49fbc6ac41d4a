/**
 * The OpenTelemetry Collector's configuration: from the logs of a node into a store.
 *
 * **Nothing is lost, nothing is there twice.** A line's way is one call: the reader of the file waits until the entry is in
 * the queue on disk ({@link collectorArguments} has the feature gate for that), and saves its position after that. The queue
 * hands an entry out again until the store has taken it. So a collector may be killed at any moment. What was on its way is
 * read or sent once more, and has the id that it had: container, time, place in the file, length. The store refuses the second
 * one (409), which is no error. One line of the journal is the exception: its receiver saves the cursor first.
 *
 * Where the collector ends by itself, its receivers give up what waits for room in a full queue: it should be stopped with
 * SIGKILL.
 *
 * **A store that is away** is asked again for ever. Meanwhile the queue grows up to its limit, and then reading stops: lines
 * wait in the runtime's files, which it rotates. What a container writes beyond its rotated files (engine: `max-size` times
 * `max-file`; kubelet: `containerLogMaxSize` times `containerLogMaxFiles`) is lost from the oldest on, and nothing ever blocks
 * the container. Lines that the store refuses for good (400) are dropped, with an error in the collector's own log: the
 * store's template has to take every document that {@link fields} allows.
 *
 * **Elasticsearch or OpenSearch.** The exporter goes on only where answers have Elasticsearch's product header. OpenSearch has
 * none: a proxy before it has to add it (see {@link gatewayConfiguration}).
 */
import { stringify } from "yaml";
import { criEntries, criJoin, criParts, engineEntries, engineJoin } from "./entries";
import type { Replacement } from "./entries";
import { fields } from "./record";
import {
  engineStatements,
  journalStatements,
  podLabels,
  podStatements,
  strictJson,
} from "./statements";

export interface CollectorSettings {
  /** Name of the cluster: a field of every line, and part of the index's name. Letters, digits and dashes. */
  readonly cluster: string;
  readonly orchestrator: "swarm" | "kubernetes";
  readonly store: CollectorStore;
  /** Limit of the queue on disk. Its file can be larger by a third. */
  readonly bufferMiB: number;
  /** Limit of the container's memory. */
  readonly memoryMiB: number;
  /** Whether the journal is read: the engine's lines and the system's. */
  readonly system: boolean;
  /** Names of applications whose lines are left out, with `*` for any text. */
  readonly exclude: readonly string[];
  /** Where things are, in the place of {@link collectorPaths}. */
  readonly paths?: Partial<Record<keyof typeof collectorPaths, string>>;
}

export interface CollectorStore {
  /** `https://host:9200`. */
  readonly url: string;
  readonly user?: string;
  /** File with what {@link passwordContent} makes of the user's password. */
  readonly passwordFile?: string;
  /** File with the authorities that are trusted for it; absent: the system's. */
  readonly caFile?: string;
}

/** Where things are in the collector's container. */
export const collectorPaths = {
  config: "/etc/otelcol-contrib/config.yaml",
  /** Positions and queue: a volume of the node, for the collector alone. */
  data: "/var/lib/otelcol",
  /** The engine's folder, read-only. */
  engineLogs: "/var/lib/docker/containers",
  /** The node's folder with pods' logs, read-only. */
  podLogs: "/var/log/pods",
  /** The node's root, read-only: `journalctl` is run in it. Needs the capability SYS_CHROOT. */
  host: "/host",
} as const;

export const collectorPorts = {
  /** `/` answers 200 while the collector runs. */
  health: 13133,
  /** `/metrics`. */
  metrics: 8888,
} as const;

/** Arguments of the image's entry point. */
export const collectorArguments: readonly string[] = [
  `--config=${collectorPaths.config}`,
  // Without it readers hand lines to a buffer in memory, and save the position of what is only there.
  "--feature-gates=stanza.synchronousLogEmitter",
];

/** The environment that the configuration needs. @param node host name, or what the orchestrator puts in its place */
export function collectorEnvironment(
  node: string,
  { memoryMiB }: Pick<CollectorSettings, "memoryMiB">,
): Readonly<Record<string, string>> {
  return { NODE_NAME: node, GOMEMLIMIT: `${Math.floor(memoryMiB * 0.8)}MiB` };
}

/** What the engine has to write beside each line (`log-opts` of the driver `json-file`). */
export const engineLogOptions: Readonly<Record<string, string>> = {
  "labels-regex": String.raw`^com\.docker\.(stack|swarm)\.`,
  tag: "{{.ImageName}}",
};

const queue = "file_storage/queue";
const positions = "file_storage/positions";
const mebibyte = 1024 * 1024;
/** Of an entry, stack trace or joined pieces; what is longer becomes several. */
const longestEntry = "1MiB";
/** JSON whose members could be too long for a term of the index (32766 bytes) stays text. */
const longestJson = 8191;

/** The configuration, as YAML. */
export function collectorConfiguration(settings: CollectorSettings): string {
  const { orchestrator, system, memoryMiB } = settings;
  const paths = { ...collectorPaths, ...settings.paths };
  const isSwarm = orchestrator === "swarm";
  const leftOut = exclusions(settings.exclude);
  const containers = [
    "memory_limiter",
    ...(isSwarm ? [] : ["k8sattributes"]),
    "transform/containers",
    ...(leftOut.length > 0 ? ["filter/excluded"] : []),
  ];
  const exporters = ["elasticsearch"];
  const config = {
    extensions: {
      health_check: { endpoint: `0.0.0.0:${collectorPorts.health}` },
      [positions]: storage(`${paths.data}/positions`),
      [queue]: storage(`${paths.data}/queue`),
    },
    receivers: {
      "filelog/containers": isSwarm ? engineFiles(paths.engineLogs) : podFiles(paths.podLogs),
      ...(system && { journald: journal(paths.host) }),
    },
    processors: {
      memory_limiter: {
        check_interval: "1s",
        limit_mib: Math.floor(memoryMiB * 0.85),
        spike_limit_mib: Math.floor(memoryMiB * 0.2),
      },
      ...(!isSwarm && { k8sattributes: podAttributes }),
      "transform/containers": transform(
        { context: "log", error_mode: "silent", statements: strictJson },
        {
          context: "log",
          statements: isSwarm
            ? engineStatements(settings.cluster)
            : podStatements(settings.cluster),
        },
      ),
      ...(system && {
        "transform/journal": transform({
          context: "log",
          statements: journalStatements(settings.cluster),
        }),
      }),
      ...(leftOut.length > 0 && {
        "filter/excluded": { error_mode: "ignore", logs: { log_record: leftOut } },
      }),
    },
    exporters: { elasticsearch: exporter(settings) },
    service: {
      extensions: ["health_check", positions, queue],
      telemetry: {
        logs: { level: "info", encoding: "json" },
        metrics: {
          readers: [
            {
              pull: {
                exporter: { prometheus: { host: "0.0.0.0", port: collectorPorts.metrics } },
              },
            },
          ],
        },
      },
      pipelines: {
        "logs/containers": { receivers: ["filelog/containers"], processors: containers, exporters },
        ...(system && {
          "logs/journal": {
            receivers: ["journald"],
            processors: ["memory_limiter", "transform/journal"],
            exporters,
          },
        }),
      },
    },
  };
  return stringify(escaped(config), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** What the file with a password has to hold: the collector replaces `${…}` in it, too. */
export function passwordContent(password: string): string {
  return password.replaceAll("$", "$$$$");
}

/** The collector replaces `${…}` in every text; here that is meant for two kinds only. */
function escaped(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\$(?!\{(?:env|file):)/g, "$$$$");
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, escaped(each)]));
}

function storage(directory: string): object {
  return {
    directory,
    create_directory: true,
    // A file that a power cut has damaged is put aside, and the collector starts.
    recreate: true,
    // Gives room on the disk back when an outage is over.
    compaction: { on_start: true, on_rebound: true, directory, cleanup_on_start: true },
  };
}

/** What all files of containers have in common: read from their beginning, and again until the queue has taken a line. */
const files = {
  start_at: "beginning",
  include_file_name: false,
  include_file_path: true,
  include_file_record_offset: true,
  poll_interval: "500ms",
  // The last entry of a file waits so long for a continuation: an engine on a busy machine stops within a stack trace.
  force_flush_period: "5s",
  max_log_size: longestEntry,
  storage: positions,
  retry_on_failure: {
    enabled: true,
    initial_interval: "200ms",
    max_interval: "5s",
    max_elapsed_time: 0,
  },
};

const replaced = ({ pattern, by }: Replacement) => ({
  type: "regex_replace",
  field: "body",
  regex: pattern,
  replace_with: by,
});

/** Whole numbers stay exact. The parser looks at the first value only: see {@link strictJson} for what is behind it. */
const applicationJson = {
  type: "json_parser",
  if: String.raw`type(body) == "map" and type(body.log) == "string" and len(body.log) <= ${longestJson} and body.log matches "^\\s*\\{" and body.log matches "\\}\\s*$"`,
  parse_from: "body.log",
  parse_to: "body.json",
  parse_ints: true,
  on_error: "send_quiet",
};

/** The time that the runtime wrote, to the nanosecond. What has none keeps none. */
const runtimeTime = {
  type: "time_parser",
  if: 'type(body) == "map" and type(body.time) == "string"',
  parse_from: "body.time",
  layout_type: "gotime",
  layout: "2006-01-02T15:04:05.999999999Z07:00",
  on_error: "send_quiet",
};

function engineFiles(folder: string): object {
  return {
    // Rotated files too: after an outage a line may be in one.
    include: [`${folder}/*/*-json.log*`],
    exclude: [`${folder}/*/*.gz`],
    ...files,
    multiline: { line_start_pattern: engineEntries },
    operators: [
      ...engineJoin.map(replaced),
      {
        type: "json_parser",
        if: String.raw`body matches "^\\{\"log\":"`,
        parse_to: "body",
        on_error: "send_quiet",
      },
      runtimeTime,
      applicationJson,
    ],
  };
}

const podPath = String.raw`/(?P<namespace>[^/_]+)_(?P<pod>[^/_]+)_(?P<uid>[^/_]+)/(?P<container>[^/]+)/(?P<restarts>\d+)\.log[^/]*$`;
const podParts = {
  namespace: "k8s.namespace.name",
  pod: "k8s.pod.name",
  uid: "k8s.pod.uid",
  container: "k8s.container.name",
  restarts: "k8s.container.restart_count",
};

function podFiles(folder: string): object {
  return {
    include: [`${folder}/*/*/*.log*`],
    exclude: [`${folder}/*/*/*.gz`, `${folder}/*/*/*.tmp`],
    ...files,
    multiline: { line_start_pattern: criEntries },
    operators: [
      {
        type: "regex_parser",
        parse_from: 'attributes["log.file.path"]',
        parse_to: "resource",
        regex: podPath,
        on_error: "send_quiet",
      },
      ...Object.entries(podParts).map(([part, name]) => ({
        type: "move",
        if: `resource["${part}"] != nil`,
        from: `resource["${part}"]`,
        to: `resource["${name}"]`,
      })),
      ...criJoin.map(replaced),
      { type: "regex_parser", regex: criParts, parse_to: "body", on_error: "send_quiet" },
      runtimeTime,
      applicationJson,
    ],
  };
}

/** What the cluster knows of a pod: of those on this node only. */
const podAttributes = {
  auth_type: "serviceAccount",
  filter: { node_from_env_var: "NODE_NAME" },
  wait_for_metadata: true,
  wait_for_metadata_timeout: "10s",
  extract: {
    metadata: ["container.image.name", "container.image.tag"],
    labels: Object.values(podLabels).map((key) => ({ tag_name: key, key, from: "pod" })),
  },
  pod_association: [{ sources: [{ from: "resource_attribute", name: "k8s.pod.uid" }] }],
};

function journal(host: string): object {
  return {
    root_path: host,
    journalctl_path: "/usr/bin/journalctl",
    start_at: "beginning",
    priority: "debug",
    convert_message_bytes: true,
    storage: positions,
    retry_on_failure: files.retry_on_failure,
  };
}

function transform(...groups: readonly object[]): object {
  return { error_mode: "ignore", log_statements: groups };
}

/** Conditions under which a document is left out. */
function exclusions(names: readonly string[]): string[] {
  return names.map((name) => {
    const pattern = name
      .split("*")
      .map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`))
      .join(".*");
    const field = `log.body["${fields.application}"]`;
    return `IsString(${field}) and IsMatch(${field}, ${JSON.stringify(`^${pattern}$`)})`;
  });
}

function exporter({ store, bufferMiB }: CollectorSettings): object {
  const { url, user, passwordFile, caFile } = store;
  return {
    endpoints: [url],
    ...(user !== undefined && { user }),
    ...(passwordFile !== undefined && { password: `\${file:${passwordFile}}` }),
    ...(caFile !== undefined && { tls: { ca_file: caFile } }),
    logs_dynamic_id: { enabled: true },
    // The time for a request and all its repetitions: none. What it ended would be dropped.
    timeout: 0,
    retry: {
      enabled: true,
      // Of requests and of single documents. There is no "for ever".
      max_retries: 2 ** 31 - 1,
      initial_interval: "200ms",
      max_interval: "30s",
      // Everything that somebody can mend while lines wait: a password, rights, an index that takes no more.
      retry_on_status: [401, 403, 404, 408, 429, 500, 502, 503, 504],
    },
    sending_queue: {
      enabled: true,
      storage: queue,
      sizer: "bytes",
      queue_size: bufferMiB * mebibyte,
      block_on_overflow: true,
      num_consumers: 2,
      batch: { sizer: "bytes", flush_timeout: "1s", min_size: mebibyte, max_size: 4 * mebibyte },
    },
  };
}
