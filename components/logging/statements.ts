/**
 * How an entry becomes the document that {@link fields} describes, as statements of the collector's transformation language
 * (OTTL). Before them `log.body` is what the receivers make of a line; behind them it is the document and nothing else, and
 * two attributes say which index it goes to and which id it has.
 */
import { indexPrefix } from "./indexes";
import { fields, sources } from "./record";

/** A path below the body. */
function body(...keys: readonly string[]): string {
  return `log.body${keys.map((key) => `[${text(key)}]`).join("")}`;
}

const cache = (key: string) => `log.cache[${text(key)}]`;
const attribute = (key: string) => `log.attributes[${text(key)}]`;

/** A text of the language: in double quotes, with the escapes of JSON. */
function text(value: string): string {
  return JSON.stringify(value);
}

/** Environment variable with the name of the node: the collector replaces it when it reads its configuration. */
const node = '"${env:NODE_NAME}"';

/** Takes the first of some values that there is. */
function firstOf(target: string, values: readonly string[]): string[] {
  return values.map(
    (value) => `set(${target}, ${value}) where ${target} == nil and ${value} != nil`,
  );
}

/** Sets a value where a pattern is found in a text. The pattern's one group is what is taken. */
function extracted(target: string, from: string, pattern: string, where: string): string {
  return `set(${target}, ExtractPatterns(${from}, ${text(pattern)})["it"]) where ${where} and IsMatch(${from}, ${text(pattern)})`;
}

const levelPatterns = {
  debug: "^(?i)(?:trace|trc|debug|dbg|fine|verbose)",
  info: "^(?i)(?:i$|info|notice|log$)",
  warn: "^(?i)(?:w$|warn)",
  error: "^(?i)(?:e$|err|severe|traceback|exception)",
  fatal: "^(?i)(?:f$|fatal|crit|alert|emerg|panic)",
} as const;

/** Members of a line of JSON that say how grave it is, as the usual libraries name them. */
const levelMembers = ["level", "severity", "log.level", "levelname", "loglevel", "lvl", "@l"];
/** Members that have the line's text. */
const messageMembers = ["message", "msg", "@m", "@mt"];

/** How grave a line of plain text is, by what it begins with. */
const levelTexts = [
  String.raw`^[^\n]{0,100}?(?:^|[\s\[(<|])(?P<it>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|PANIC)(?:[\s\])>|:]|$)`,
  String.raw`^[^\n]{0,200}?\b(?:level|lvl|severity)="?(?P<it>[A-Za-z]+)`,
  String.raw`^[^\n]{0,100}?\[(?P<it>trace|debug|info|notice|warn|warning|error|crit|alert|emerg)\]`,
  String.raw`^(?P<it>[IWEF])\d{4} \d\d:\d\d:`,
  String.raw`^(?P<it>panic: |fatal error: |Traceback \(most recent call last\)|Exception in thread )`,
];

/** As pino and bunyan count. */
const levelNumbers = [
  ["debug", 0, 20],
  ["info", 21, 30],
  ["warn", 31, 40],
  ["error", 41, 50],
  ["fatal", 51, 60],
] as const;

const level: readonly string[] = [
  ...firstOf(
    cache("level"),
    levelMembers.map((member) => body("json", member)),
  ),
  ...levelTexts.map((pattern) =>
    extracted(cache("level"), body("log"), pattern, `${cache("level")} == nil`),
  ),
  ...levelNumbers.map(
    ([name, from, to]) =>
      `set(${body(fields.level)}, ${text(name)}) where IsInt(${cache("level")}) and ${cache("level")} >= ${from} and ${cache("level")} <= ${to}`,
  ),
  ...Object.entries(levelPatterns).map(
    ([name, pattern]) =>
      `set(${body(fields.level)}, ${text(name)}) where IsString(${cache("level")}) and IsMatch(${cache("level")}, ${text(pattern)})`,
  ),
];

/** What there is of the line itself. JSON that has a text gives it away; the rest of its members stay together. */
const message: readonly string[] = [
  ...firstOf(
    body(fields.message),
    messageMembers.map((member) => body("json", member)),
  ),
  // A message that is no text stays where it is.
  `delete_key(log.body, ${text(fields.message)}) where not IsString(${body(fields.message)})`,
  ...messageMembers.map(
    (member) =>
      `delete_key(${body("json")}, ${text(member)}) where ${body(fields.message)} != nil and ${body("json", member)} == ${body(fields.message)}`,
  ),
  `delete_key(log.body, "json") where IsMap(${body("json")}) and Len(${body("json")}) == 0`,
  `set(${body(fields.message)}, ${body("log")}) where ${body(fields.message)} == nil`,
];

const timePattern = String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$`;

/** When the runtime wrote the line. What has no such time was no line of the runtime's: it gets that of its reading. */
const time: readonly string[] = [
  `set(${body(fields.time)}, ${body("time")}) where IsString(${body("time")}) and IsMatch(${body("time")}, ${text(timePattern)})`,
  `set(${body(fields.time)}, FormatTime(log.observed_time, "%Y-%m-%dT%H:%M:%SZ")) where ${body(fields.time)} == nil`,
];

function constants(cluster: string): readonly string[] {
  return [`set(${body(fields.cluster)}, ${text(cluster)})`, `set(${body(fields.node)}, ${node})`];
}

/** Where the document goes, and that nothing is in it but its fields. */
function addressed(cluster: string): readonly string[] {
  return [
    `set(${cache("day")}, Substring(${body(fields.time)}, 0, 10))`,
    `replace_pattern(${cache("day")}, "-", ".")`,
    `set(${attribute("elasticsearch.index")}, Concat([${text(indexPrefix(cluster))}, ${cache("day")}], ""))`,
    `set(scope.attributes["elastic.mapping.mode"], "bodymap")`,
    `keep_keys(log.body, [${Object.values(fields).map(text).join(", ")}])`,
  ];
}

const place = attribute("log.file.record_offset");

/**
 * A store's times are of a millisecond, in which a file may be rotated: its successor begins at place 0. So the rest of the
 * runtime's time comes before the place, in one number that JavaScript has room for (files of up to 8 GiB).
 */
const order: readonly string[] = [
  `set(${body(fields.order)}, ${place})`,
  `set(${body(fields.order)}, (log.time_unix_nano - log.time_unix_nano / 1000000 * 1000000) * ${2 ** 33} + ${place}) where log.time_unix_nano > 0`,
];

/** @param identity what of the document tells its container's file apart from all others */
function lineOfContainer(cluster: string, identity: readonly string[]): readonly string[] {
  return [
    ...level,
    ...message,
    ...constants(cluster),
    `set(${body(fields.source)}, ${text(sources.container)})`,
    ...order,
    `set(${attribute("elasticsearch.document_id")}, Concat([${identity.join(", ")}, ${body(fields.time)}, ${place}, ${cache("length")}], "-"))`,
    ...addressed(cluster),
  ];
}

/**
 * Whether a line is JSON to its end. Such a statement fails where it is not, and the ones behind it see that it did: for
 * them, a line that is not JSON as a whole is no JSON.
 */
export const strictJson: readonly string[] = [
  `set(${body("strict")}, ParseJSON(${body("log")})) where IsMap(log.body) and ${body("json")} != nil`,
];

/** What all containers' lines have in common before: a body that has parts, in which `log` is the text. */
const parts: readonly string[] = [
  `set(log.body, {"log": log.body}) where IsString(log.body)`,
  `delete_key(log.body, "json") where ${body("strict")} == nil`,
  `set(${cache("length")}, Len(${body("log")}))`,
  `replace_pattern(${body("log")}, ${text(String.raw`[\r\n]+$`)}, "")`,
  ...time,
];

/** Digits of a container's id that Docker shows. */
const shortId = 12;
const label = (name: string) => body("attrs", name);

/** Lines of containers of a Docker engine. Its log options write labels and image into each. */
export function engineStatements(cluster: string): readonly string[] {
  const path = attribute("log.file.path");
  const inPath = `/(?P<it>[0-9a-f]{${shortId}})[0-9a-f]*/[^/]+$`;
  return [
    ...parts,
    extracted(body(fields.container), path, inPath, "true"),
    `set(${body(fields.application)}, ${label("com.docker.stack.namespace")}) where ${label("com.docker.stack.namespace")} != nil`,
    `set(${body(fields.service)}, ${label("com.docker.swarm.service.name")}) where ${label("com.docker.swarm.service.name")} != nil`,
    `set(${body(fields.service)}, TrimPrefix(${body(fields.service)}, Concat([${body(fields.application)}, "_"], ""))) where ${body(fields.service)} != nil and ${body(fields.application)} != nil`,
    `set(${body(fields.instance)}, ${label("com.docker.swarm.task.name")}) where ${label("com.docker.swarm.task.name")} != nil`,
    `set(${body(fields.image)}, ${label("tag")}) where ${label("tag")} != nil`,
    `replace_pattern(${body(fields.image)}, ${text("@sha256:[0-9a-f]+$")}, "") where ${body(fields.image)} != nil`,
    extracted(
      body(fields.version),
      body(fields.image),
      ":(?P<it>[^:/]+)$",
      `${body(fields.image)} != nil`,
    ),
    ...lineOfContainer(cluster, [body(fields.container)]),
  ];
}

const resource = (key: string) => `resource.attributes[${text(key)}]`;

/** Names of the attributes that pods' labels are brought under. */
export const podLabels = {
  service: "app.kubernetes.io/name",
  version: "app.kubernetes.io/version",
} as const;

/** Lines of containers of a Kubernetes node. Its files are named after pods; the cluster knows the rest. */
export function podStatements(cluster: string): readonly string[] {
  const given = (field: string, attributeName: string) =>
    `set(${body(field)}, ${resource(attributeName)}) where ${resource(attributeName)} != nil`;
  const identity = ["k8s.pod.uid", "k8s.container.name", "k8s.container.restart_count"];
  return [
    ...parts,
    given(fields.application, "k8s.namespace.name"),
    given(fields.service, "k8s.container.name"),
    given(fields.service, podLabels.service),
    given(fields.instance, "k8s.pod.name"),
    // Its id is not known to the cluster when its first lines are there; this is, and all lines have the same.
    `set(${body(fields.container)}, Concat([${identity.map(resource).join(", ")}], "/"))`,
    given(fields.version, "container.image.tag"),
    `set(${body(fields.image)}, Concat([${resource("container.image.name")}, ${resource("container.image.tag")}], ":")) where ${resource("container.image.name")} != nil and ${resource("container.image.tag")} != nil`,
    given(fields.version, podLabels.version),
    ...lineOfContainer(cluster, identity.map(resource)),
  ];
}

/** Units whose lines are those of the container engine. */
const engineUnits = ["docker.service", "containerd.service", "kubelet.service"];

/** As syslog counts. */
const journalLevels = [
  ["fatal", "^[0-2]$"],
  ["error", "^3$"],
  ["warn", "^4$"],
  ["info", "^[56]$"],
  ["debug", "^7$"],
] as const;

/** Lines of the journal of systemd. */
export function journalStatements(cluster: string): readonly string[] {
  const unit = body("_SYSTEMD_UNIT");
  const isEngine = engineUnits.map((name) => `${unit} == ${text(name)}`).join(" or ");
  return [
    `set(${cache("cursor")}, ${body("__CURSOR")})`,
    `set(${body(fields.time)}, FormatTime(log.time, "%Y-%m-%dT%H:%M:%S.%fZ"))`,
    `set(${body(fields.message)}, ${body("MESSAGE")}) where IsString(${body("MESSAGE")})`,
    `set(${body(fields.unit)}, ${unit}) where IsString(${unit})`,
    `set(${body(fields.unit)}, ${body("SYSLOG_IDENTIFIER")}) where ${body(fields.unit)} == nil and IsString(${body("SYSLOG_IDENTIFIER")})`,
    `set(${body(fields.source)}, ${text(sources.system)})`,
    `set(${body(fields.source)}, ${text(sources.engine)}) where ${isEngine}`,
    ...journalLevels.map(
      ([name, pattern]) =>
        `set(${body(fields.level)}, ${text(name)}) where IsString(${body("PRIORITY")}) and IsMatch(${body("PRIORITY")}, ${text(pattern)})`,
    ),
    `set(${body(fields.order)}, Int(${body("__MONOTONIC_TIMESTAMP")})) where IsString(${body("__MONOTONIC_TIMESTAMP")})`,
    ...constants(cluster),
    `set(${attribute("elasticsearch.document_id")}, SHA1(${cache("cursor")}))`,
    ...addressed(cluster),
  ];
}
