/**
 * What a line is in the store: one document, whoever wrote it. The collector makes them, the index template says what they
 * are made of, `slipway logs` reads them.
 */

/** Fields of a document. All but time, message, `order` and `json` are keywords. */
export const fields = {
  /** When the line was written, by whoever wrote it down: the engine, containerd, journald. */
  time: "@timestamp",
  /** The line; with a stack trace, all of its lines. Of a line of JSON its message, where it has one. */
  message: "message",
  /** `debug`, `info`, `warn`, `error` or `fatal`; absent where the line does not say. */
  level: "level",
  /** `stdout` or `stderr`. */
  stream: "stream",
  /** Where it comes from: see `sources`. */
  source: "source",
  cluster: "cluster",
  /** Host name of the node. */
  node: "node",
  /** `com.docker.stack.namespace` on a Swarm, the namespace on Kubernetes. */
  application: "application",
  /** Without the application before it. */
  service: "service",
  /** Id of the container; on Kubernetes the pod's id, the container's name and how often it was restarted. */
  container: "container",
  /** Name of the task on a Swarm, of the pod on Kubernetes. */
  instance: "instance",
  /** Image with its tag, without a digest. */
  image: "image",
  /** Application version: the tag of the image. */
  version: "version",
  /** systemd unit, of what is not a container's. */
  unit: "unit",
  /** Tells lines of one container and one millisecond apart: grows from one that was written to the next. */
  order: "order",
  /** All other members of a line of JSON. */
  json: "json",
} as const;

/** Where a line comes from: a container, the container engine, or anything else of the system. */
export const sources = { container: "container", engine: "engine", system: "system" } as const;

export const levels = ["debug", "info", "warn", "error", "fatal"] as const;
export type Level = (typeof levels)[number];
