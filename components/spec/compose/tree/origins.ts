import type { Node } from "yaml";
import { type Path, type Problem, renderPath, type Severity } from "../../problem";
import type { Source } from "../../source";
import { isList, isMapping, type Mapping, type Value } from "./value";

/** Where a value was written. */
export interface Origin {
  readonly source: Source;
  readonly node: Node;
  /** The property's name; absent for items of lists. */
  readonly key?: Node;
  /** The path in its file, for items of lists: their indices change when lists are merged. */
  readonly path?: Path;
}

/** A value with the place it was written at. */
export interface Located<T = Value> {
  readonly value: T;
  readonly origin: Origin;
}

type Container = Mapping | Value[];
type Key = string | number;

/**
 * Where the members of mappings and lists were written. Values move between containers when files are merged and take
 * their origin with them; a member without an origin of its own (a default, a part of a short form) has that of its
 * container.
 */
export class Origins {
  private readonly own = new WeakMap<Container, Origin>();
  private readonly members = new WeakMap<Container, Map<Key, Origin>>();

  /** Says where a whole mapping or list was written. */
  adopt<T extends Container>(container: T, origin: Origin): T {
    this.own.set(container, origin);
    return container;
  }

  /** Says where a member was written. */
  set(container: Container, key: Key, origin: Origin | undefined): void {
    if (origin === undefined) return;
    let known = this.members.get(container);
    if (known === undefined) this.members.set(container, (known = new Map<Key, Origin>()));
    known.set(key, origin);
  }

  ofWhole(container: Container): Origin | undefined {
    return this.own.get(container);
  }

  of(container: Container, key: Key): Origin | undefined {
    const member = this.members.get(container)?.get(key);
    if (member !== undefined) return member;
    const value: unknown = isList(container) ? container[Number(key)] : container[key];
    return (isContainer(value) ? this.own.get(value) : undefined) ?? this.own.get(container);
  }

  /** The items of a list, each with its place. */
  items(list: Value[], fallback: Origin): Located[] {
    return list.map((value, index) => ({ value, origin: this.of(list, index) ?? fallback }));
  }

  /** A list of values from various places. */
  list(items: readonly Located[], origin: Origin): Value[] {
    const list = items.map(({ value }) => value);
    items.forEach((item, index) => {
      this.set(list, index, item.origin);
    });
    return this.adopt(list, origin);
  }

  /** A copy that may be changed, with the same origins. */
  clone(value: Value): Value {
    if (!isContainer(value)) return value;
    const copy: Container = isList(value)
      ? value.map((item) => this.clone(item))
      : Object.fromEntries(
          Object.entries(value).map(([name, member]) => [
            name,
            member === undefined ? undefined : this.clone(member),
          ]),
        );
    const whole = this.own.get(value);
    if (whole !== undefined) this.own.set(copy, whole);
    const members = this.members.get(value);
    if (members !== undefined) this.members.set(copy, new Map(members));
    return copy;
  }

  /** Where the value at a path was written; as far as the path goes. */
  at(root: Mapping, path: Path): Origin | undefined {
    let value: unknown = root;
    let origin = this.own.get(root);
    for (const step of path) {
      if (!isContainer(value)) break;
      const member = this.members.get(value)?.get(step);
      value = isList(value) ? value[Number(step)] : value[step];
      origin = member ?? (isContainer(value) ? this.own.get(value) : undefined) ?? origin;
    }
    return origin;
  }
}

/** A problem at an origin. */
export function problemAt(
  origin: Origin,
  path: Path,
  message: string,
  { severity = "error", atKey = false }: { severity?: Severity; atKey?: boolean } = {},
): Problem {
  const { source, node, key } = origin;
  const { line, column } = source.placeOfNodes(node, key, atKey);
  const shown = renderPath(asWritten(path, origin.path));
  return { file: source.file, line, column, path: shown, message, severity };
}

/** A path with the indices that its items have in their file. */
function asWritten(path: Path, written: Path | undefined): Path {
  if (written === undefined || written.length > path.length) return path;
  const isSame = written.every(
    (step, index) =>
      step === path[index] || (typeof step === "number" && typeof path[index] === "number"),
  );
  return isSame ? [...written, ...path.slice(written.length)] : path;
}

function isContainer(value: unknown): value is Container {
  return isMapping(value) || isList(value);
}
