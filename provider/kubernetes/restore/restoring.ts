/** What a snapshot says of itself, in its file `snapshot.json`. */
export interface SnapshotOrigin {
  /** UID of the namespace `kube-system`. */
  readonly cluster: string;
  /** Version of the API server that wrote last into what was saved, three numbers. */
  readonly version: string;
  /** Node on which it was taken. */
  readonly node: string;
  /** ISO 8601, by that node's clock. */
  readonly taken: string;
}

/** The snapshot that is on a host while its cluster is brought back. */
export interface Restoring extends SnapshotOrigin {
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
}

/** Name of the file in a snapshot. */
export const originFile = "snapshot.json";

/** @throws when it is of another shape. */
export function parseOrigin(text: string): SnapshotOrigin {
  const fields = record(text);
  return {
    cluster: textOf(fields, "cluster"),
    version: textOf(fields, "version"),
    node: textOf(fields, "node"),
    taken: textOf(fields, "taken"),
  };
}

/** @throws when it is of another shape. */
export function parseRestoring(text: string): Restoring {
  return { ...parseOrigin(text), sha256: textOf(record(text), "sha256") };
}

function record(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  throw new Error("what a snapshot says of itself is no JSON object");
}

function textOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`what a snapshot says of itself has no ${name}`);
}
