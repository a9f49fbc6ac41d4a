/** What parts of the platform are made of on a Swarm, whatever they do. */
import { createHash, createHmac } from "node:crypto";
import { machineLabel, namespaceLabel } from "../../provider/sdk/ownership";

export type Labels = Readonly<Record<string, string>>;

/** A config or a secret, named by its content. */
export interface PlatformFile {
  readonly key: string;
  readonly name: string;
  readonly labels: Labels;
  /** Base64. */
  readonly data: string;
}

export interface PlatformNetwork {
  readonly name: string;
  readonly labels: Labels;
  readonly driver: "overlay";
  readonly driverOptions: Labels;
  readonly attachable: boolean;
  readonly internal: boolean;
}

export interface ServicePlan {
  readonly name: string;
  /** As the Docker Engine API has it (API 1.41). */
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * Ids in the Swarm of files, and their names, by key; outputs of other resources, or what they are. The name of a file
 * whose content comes from another resource is an output as well.
 */
export type FileIds<Id> = ReadonlyMap<string, { readonly id: Id; readonly name: Id | string }>;

export const second = 1e9; // the API counts in nanoseconds
const mebibyte = 1024 * 1024;

/** How long a rollout may go without progress, image pull included, seconds. */
export const progressDeadlineSeconds = 300;

/** Swarm's limit for names of configs and secrets is 64; the longest of ours has 40. */
const hashDigits = 12;

/** Labels of everything in a namespace, as `docker stack ls` shows it. */
export function stackLabels(namespace: string): Labels {
  return { [namespaceLabel]: namespace };
}

/** A hash of something secret that tells nothing of it. @param seed known to nobody */
export function secretHash(seed: string, text: string): string {
  return createHmac("sha256", seed).update(text).digest("hex");
}

/** @param hash of the content; for a secret one that tells nothing of it. Default: SHA-256. */
export function platformFile(
  namespace: string,
  key: string,
  text: string,
  hash = createHash("sha256").update(text).digest("hex"),
): PlatformFile {
  return {
    key,
    name: `${namespace}_${key}-${hash.slice(0, hashDigits)}`,
    labels: stackLabels(namespace),
    data: Buffer.from(text).toString("base64"),
  };
}

/** @param encrypted the cluster wants every overlay so */
export function platformNetwork(
  namespace: string,
  name: string,
  {
    encrypted,
    internal,
  }: {
    readonly encrypted: boolean;
    /** For the platform alone: leads nowhere, and nothing else may join it by hand. */
    readonly internal: boolean;
  },
): PlatformNetwork {
  return {
    labels: stackLabels(namespace),
    driver: "overlay",
    driverOptions: encrypted ? { encrypted: "" } : {},
    name,
    attachable: !internal,
    internal,
  };
}

/** What a service has beside its tasks: labels, number of tasks, and one task after the other when it is updated. */
export function service(
  namespace: string,
  image: string,
  { labels = {}, mode }: { readonly labels?: Labels; readonly mode: object },
) {
  const update = {
    Parallelism: 1,
    Delay: 0,
    FailureAction: "pause",
    Monitor: 5 * second,
    MaxFailureRatio: 0,
    // The old task goes first: its node's ports have to be free, and nothing is to be done twice.
    Order: "stop-first",
  };
  return {
    Labels: { ...labels, ...stackLabels(namespace), "com.docker.stack.image": image },
    Mode: mode,
    UpdateConfig: update,
    RollbackConfig: update,
  };
}

/** What every container of the platform has: nothing to write to, and no capability. */
export function container(namespace: string, image: string) {
  return {
    Image: image,
    Labels: stackLabels(namespace),
    ReadOnly: true,
    CapabilityDrop: ["ALL"],
  };
}

/** Constraints that keep a task on the machine of its data; none where there is no such machine. */
export function onMachine(machine: string | undefined): readonly string[] {
  return machine === undefined ? [] : [`node.labels.${machineLabel} == ${machine}`];
}

/** Where a task may run; anywhere without constraints. */
export function placement(constraints: readonly string[]): object {
  return constraints.length === 0 ? {} : { Placement: { Constraints: [...constraints] } };
}

/** Of a task, in MiB. */
export function memory({ limit, reserved }: { readonly limit: number; readonly reserved: number }) {
  return {
    Limits: { MemoryBytes: limit * mebibyte },
    Reservations: { MemoryBytes: reserved * mebibyte },
  };
}

/** A config as a file that only its user reads. */
export function mounted<Id>(ids: FileIds<Id>, key: string, path: string, user: string) {
  const known = reference(ids, key);
  return {
    ConfigID: known.id,
    ConfigName: known.name,
    File: { Name: path, UID: user, GID: user, Mode: 0o400 },
  };
}

/** A secret as a file that only its user reads. @param path absolute, or below `/run/secrets`. Default: its key */
export function secret<Id>(ids: FileIds<Id>, key: string, user: string, path = key) {
  const known = reference(ids, key);
  return {
    SecretID: known.id,
    SecretName: known.name,
    File: { Name: path, UID: user, GID: user, Mode: 0o400 },
  };
}

function reference<Id>(ids: FileIds<Id>, key: string) {
  const known = ids.get(key);
  if (known === undefined) throw new Error(`the platform has no file ${key}`);
  return known;
}
