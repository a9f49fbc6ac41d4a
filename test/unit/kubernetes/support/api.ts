import { done, refused, type Answer } from "./machine";

/** An object as the API server keeps it, to be changed by tests as kubelets and people would. */
export interface Stored {
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string }[];
  };
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
  data?: Record<string, string>;
}

const kinds: Readonly<Record<string, string>> = {
  nodes: "node",
  pods: "pod",
  namespaces: "namespace",
  persistentvolumes: "persistentvolume",
  poddisruptionbudgets: "poddisruptionbudget",
  volumeattachments: "volumeattachment",
};

/** Objects with versions, as kubectl reads and writes them. */
export class FakeApi {
  private readonly objects = new Map<string, Map<string, Stored>>();
  private version = 1;

  put(kind: string, object: Partial<Stored> & Pick<Stored, "metadata">): Stored {
    const { name, namespace = "" } = object.metadata;
    const stored: Stored = { spec: {}, status: {}, ...structuredClone(object) };
    stored.metadata.resourceVersion = String(++this.version);
    const all = this.objects.get(kind) ?? new Map<string, Stored>();
    this.objects.set(kind, all.set(`${namespace}/${name}`, stored));
    return stored;
  }

  get(kind: string, name: string, namespace = ""): Stored | undefined {
    return this.objects.get(kind)?.get(`${namespace}/${name}`);
  }

  list(kind: string): Stored[] {
    return [...(this.objects.get(kind)?.values() ?? [])];
  }

  delete(kind: string, name: string, namespace = ""): void {
    this.objects.get(kind)?.delete(`${namespace}/${name}`);
  }

  kubectl(words: readonly string[], stdin: string): Answer {
    const [verb = "", given = "", ...rest] = words;
    const kind = kinds[given] ?? given;
    const option = (name: string) =>
      words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
    const name = rest.find((word) => !word.startsWith("--")) ?? "";
    const namespace = option("namespace") ?? "";
    switch (verb) {
      case "get":
        return this.read(kind, name, namespace, option);
      case "create": {
        const object = JSON.parse(stdin) as Stored & { kind: string };
        const of = object.kind.toLowerCase();
        if (this.get(of, object.metadata.name, object.metadata.namespace) !== undefined)
          return refused(`Error from server (AlreadyExists): ${of} exists`);
        this.put(of, object);
        return done();
      }
      case "apply": {
        const object = JSON.parse(stdin) as Stored & { kind: string };
        this.put(object.kind.toLowerCase(), object);
        return done();
      }
      case "replace":
        return this.replace(JSON.parse(stdin) as Stored & { kind: string });
      case "patch":
        return this.patch(kind, name, namespace, JSON.parse(stdin) as object);
      case "delete":
        this.delete(kind, name, namespace);
        return done();
      default:
        return refused(`error: unknown command "${verb}"`);
    }
  }

  private read(
    kind: string,
    name: string,
    namespace: string,
    option: (name: string) => string | undefined,
  ): Answer {
    if (name !== "") {
      const found = this.get(kind, name, namespace);
      if (found === undefined) return done();
      return done(option("output") === "json" ? JSON.stringify(found) : (found.metadata.uid ?? ""));
    }
    const [key, value] = (option("selector") ?? "").split("=");
    const nodeName = option("field-selector")?.replace("spec.nodeName=", "");
    const items = this.list(kind).filter(
      ({ metadata, spec }) =>
        (key === undefined || key === "" || metadata.labels?.[key] === value) &&
        (nodeName === undefined || spec.nodeName === nodeName),
    );
    return done(JSON.stringify({ items }));
  }

  private replace(object: Stored & { kind: string }): Answer {
    const kind = object.kind.toLowerCase();
    const before = this.get(kind, object.metadata.name, object.metadata.namespace);
    if (before === undefined) return refused("Error from server (NotFound): not found");
    if (before.metadata.resourceVersion !== object.metadata.resourceVersion)
      return refused("Error from server (Conflict): the object has been modified");
    this.put(kind, object);
    return done();
  }

  private patch(kind: string, name: string, namespace: string, patch: object): Answer {
    const before = this.get(kind, name, namespace);
    if (before === undefined) return refused(`Error from server (NotFound): ${kind} not found`);
    const wanted = (patch as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion;
    if (wanted !== undefined && wanted !== before.metadata.resourceVersion)
      return refused("Error from server (Conflict): the object has been modified");
    this.put(kind, merged(before, patch) as Stored);
    return done();
  }
}

/** A JSON merge patch (RFC 7386). */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> =
    typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = merged(result[key], value);
  }
  return result;
}
