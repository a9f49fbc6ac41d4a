import { type Node, type Pair, type YAMLMap, isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Path } from "../../problem";
import { resolveAlias } from "../../yaml/aliases";
import type { Source } from "../../source";
import type { Origin, Origins } from "./origins";
import { overrideTag, resetTag } from "./tags";
import { isMapping, type Mapping, type Value } from "./value";

/** Values in one file with all its aliases written out: far more than any file has, far less than a bomb. */
const maxValues = 200_000;

export interface Converted {
  readonly data: Value;
  /** Paths with `!reset` or `!override`: what files before this one say there does not count. */
  readonly discards: readonly Path[];
  /** Where variables could not be replaced, wherever an alias takes them. */
  readonly unresolved: readonly Path[];
}

/** The data of a document, with the place of each value; a message when aliases multiply beyond reason. */
export function convert(source: Source, origins: Origins): Converted | { readonly bomb: Node } {
  const converter = new Converter(source, origins);
  const root = source.document.contents;
  const data = root === null ? null : (converter.value(root, []) ?? null);
  if (converter.bomb !== undefined) return { bomb: converter.bomb };
  return { data, discards: converter.discards, unresolved: converter.unresolved };
}

class Converter {
  readonly discards: Path[] = [];
  readonly unresolved: Path[] = [];
  bomb: Node | undefined;
  private count = 0;
  private alias: Node | undefined;

  constructor(
    private readonly source: Source,
    private readonly origins: Origins,
  ) {}

  /** Undefined for what is not there: `!reset`. */
  value(node: Node, path: Path): Value | undefined {
    if (++this.count > maxValues) {
      this.bomb ??= this.alias ?? node;
      return undefined;
    }
    if (isAlias(node)) {
      this.alias = node;
      const target = resolveAlias(this.source.document, node);
      return target === undefined ? null : this.value(target, path);
    }
    if (node.tag === resetTag || node.tag === overrideTag) this.discards.push(path);
    if (node.tag === resetTag) return undefined;
    if (isMap<Node, Node | null>(node)) return this.mapping(node, path);
    if (isSeq<Node | null>(node)) return this.list(node.items, path, node);
    if (this.source.isUnresolved(node)) this.unresolved.push(path);
    return isScalar(node) ? scalar(node.value, node.source) : null;
  }

  private list(items: readonly (Node | null)[], path: Path, node: Node): Value[] {
    const list: Value[] = [];
    for (const item of items) {
      const here = [...path, list.length];
      const value = item === null ? null : this.value(item, here);
      if (value === undefined) continue;
      if (item !== null) {
        this.origins.set(list, list.length, { source: this.source, node: item, path: here });
      }
      list.push(value);
      if (this.bomb !== undefined) break;
    }
    return this.origins.adopt(list, { source: this.source, node });
  }

  private mapping(node: YAMLMap<Node, Node | null>, path: Path): Mapping {
    const mapping: Mapping = {};
    const merged: Node[] = [];
    for (const pair of node.items) {
      if (isMergeKey(pair)) merged.push(...this.mergeSources(pair.value));
      else this.member(mapping, pair, path);
    }
    for (const target of merged) this.mergeInto(mapping, target, path);
    return this.origins.adopt(mapping, { source: this.source, node });
  }

  private member(
    mapping: Mapping,
    { key, value: node }: Pair<Node, Node | null>,
    path: Path,
  ): void {
    const name = isScalar(key) ? String(key.value) : "";
    if (this.bomb !== undefined || name === "__proto__") return;
    const here = [...path, name];
    const value = node === null ? null : this.value(node, here);
    if (value === undefined) return;
    mapping[name] = value;
    const origin: Origin = { source: this.source, node: node ?? key, key };
    this.origins.set(mapping, name, origin);
  }

  /** What the mapping itself says counts before what it merges, and earlier sources before later ones. */
  private mergeInto(mapping: Mapping, target: Node, path: Path): void {
    const other = this.value(target, path);
    if (!isMapping(other)) return;
    for (const [name, value] of Object.entries(other)) {
      if (Object.hasOwn(mapping, name)) continue;
      mapping[name] = value;
      this.origins.set(mapping, name, this.origins.of(other, name));
    }
  }

  private mergeSources(node: Node | null): Node[] {
    const target = isAlias(node) ? resolveAlias(this.source.document, node) : node;
    if (isSeq<Node | null>(target)) return target.items.filter((item) => item !== null);
    return node === null ? [] : [node];
  }
}

function isMergeKey({ key }: Pair<Node, Node | null>): boolean {
  return isScalar(key) && key.value === "<<" && (key.type === undefined || key.type === "PLAIN");
}

function scalar(value: unknown, source: unknown): Value {
  // A whole number that JavaScript can't hold exactly stays as it is written.
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return typeof source === "string" ? source : String(value);
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  return null;
}
