/**
 * Who has set which field of a Kubernetes object, as its `metadata.managedFields` tell:
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */

/** What one manager has set. */
export interface ManagedFields {
  readonly manager?: string;
  /** `status`, `scale`; absent for the object itself. */
  readonly subresource?: string;
  readonly fieldsV1?: FieldSet;
}

/** `f:spec` is a field, `k:{"name":"api"}` an item of a list by its key, `v:"x"` one by its value, `.` the field itself. */
export interface FieldSet {
  readonly [key: string]: FieldSet;
}

/** Parts of Kubernetes itself, which fill in what nobody has asked for. */
const system = new Set([
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "cloud-controller-manager",
]);
/** What `kubectl rollout restart` leaves behind: nothing is changed by it. */
const restarted = "f:kubectl.kubernetes.io/restartedAt";

/** Parts of an object that say what it is to be. Annotations are everybody's. */
const wanted = /^f:(spec|data|binaryData|stringData|rules|roleRef|subjects)$/;

function isOurs({ manager = "" }: ManagedFields): boolean {
  return manager.startsWith("pulumi-kubernetes");
}

/** Fields that neither Slipway nor Kubernetes has set, of what an object is to be. */
export function foreignFields(managed: readonly ManagedFields[]): FieldSet {
  const ours = managed.filter(isOurs).map(({ fieldsV1 = {} }) => fieldsV1);
  const theirs = managed
    .filter((entry) => !isOurs(entry) && !system.has(entry.manager ?? ""))
    .filter(({ subresource }) => subresource !== "status")
    .map(({ fieldsV1 = {} }) => fieldsV1);
  const all = theirs.reduce(union, {});
  const left = withoutRestart(ours.reduce(minus, all));
  const { "f:metadata": metadata } = left;
  const { "f:labels": labels } = metadata ?? {};
  const spec = Object.entries(left).filter(([key]) => wanted.test(key));
  return Object.fromEntries([
    ...spec,
    ...(labels === undefined ? [] : [["f:metadata", { "f:labels": labels }] as const]),
  ]);
}

/** Fields that were set by Slipway, and are not any more: somebody else has changed or removed them. */
export function lostFields(
  before: readonly ManagedFields[],
  now: readonly ManagedFields[],
): FieldSet {
  const ours = (managed: readonly ManagedFields[]) =>
    managed.filter(isOurs).map(({ fieldsV1 = {} }) => fieldsV1);
  return ours(now).reduce(minus, ours(before).reduce(union, {}));
}

function union(a: FieldSet, b: FieldSet): FieldSet {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...keys].map((key) => [key, union(a[key] ?? {}, b[key] ?? {})]));
}

/** What is in `a` and not in `b`. */
function minus(a: FieldSet, b: FieldSet): FieldSet {
  const left = Object.entries(a).flatMap(([key, fields]): [string, FieldSet][] => {
    const other = b[key];
    if (other === undefined) return [[key, fields]];
    const inner = minus(fields, other);
    return Object.keys(inner).length === 0 ? [] : [[key, inner]];
  });
  return Object.fromEntries(left);
}

/** Without what a restart leaves, nor the annotations that it had to begin. */
function withoutRestart(fields: FieldSet): FieldSet {
  const left = Object.entries(fields).flatMap(([key, inner]): [string, FieldSet][] => {
    if (Object.keys(inner).length === 0) return key === restarted ? [] : [[key, inner]];
    const rest = withoutRestart(inner);
    const isEmpty = Object.keys(rest).every((name) => name === ".");
    return restarted in inner && isEmpty ? [] : Object.keys(rest).length > 0 ? [[key, rest]] : [];
  });
  return Object.fromEntries(left);
}

/** A field, for people and for looking it up. */
export interface FieldPath {
  /** `spec.template.spec.containers[api].env[DEBUG]` */
  readonly path: string;
  /** As `managedFields` have them. */
  readonly keys: readonly string[];
}

/** The fields of a set, each as a whole where all of it is in the set. */
export function fieldPaths(
  fields: FieldSet,
  { path, keys }: FieldPath = { path: "", keys: [] },
): readonly FieldPath[] {
  return Object.entries(fields).flatMap(([key, inner]) => {
    const place = { path: `${path}${step(key, path)}`, keys: [...keys, key] };
    return isAll(inner) ? [place] : fieldPaths(inner, place);
  });
}

function step(key: string, path: string): string {
  const rest = key.slice(2);
  if (key.startsWith("f:")) return path === "" ? rest : `.${rest}`;
  if (!key.startsWith("k:")) return `[${rest}]`;
  return `[${Object.values(JSON.parse(rest) as Record<string, unknown>).join(",")}]`;
}

/** What stands at a field; undefined where there is nothing. */
export function valueAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  if (Array.isArray(value)) {
    const found: unknown = value.find((item) => isItem(key, item));
    return valueAt(found, rest);
  }
  if (typeof value !== "object" || value === null || !key.startsWith("f:")) return undefined;
  return valueAt((value as Readonly<Record<string, unknown>>)[key.slice(2)], rest);
}

/** An object without fields. What it has not is left out without a word. */
export function withoutFields(value: unknown, fields: FieldSet): unknown {
  if (Array.isArray(value)) {
    return (value as unknown[]).flatMap((item): unknown[] => {
      const found = Object.entries(fields).find(([key]) => isItem(key, item));
      if (found === undefined) return [item];
      const [, inner] = found;
      return isAll(inner) ? [] : [withoutFields(item, inner)];
    });
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, content]): [string, unknown][] => {
      const inner = fields[`f:${name}`];
      if (inner === undefined) return [[name, content]];
      return isAll(inner) ? [] : [[name, withoutFields(content, inner)]];
    }),
  );
}

function isAll(fields: FieldSet): boolean {
  return "." in fields || Object.keys(fields).length === 0;
}

function isItem(key: string, item: unknown): boolean {
  const rest = key.slice(2);
  if (key.startsWith("v:")) return JSON.stringify(item) === rest;
  if (!key.startsWith("k:") || typeof item !== "object" || item === null) return false;
  const fields = item as Readonly<Record<string, unknown>>;
  return Object.entries(JSON.parse(rest) as Record<string, unknown>).every(
    ([name, value]) => fields[name] === value,
  );
}
