import { type Document, type Node, type Pair, isAlias, isMap, isPair, isScalar, isSeq } from "yaml";
import type { Path } from "../problem";
import { resolveAlias } from "./aliases";

/** Where a path leads in a document. */
export interface Walked {
  readonly node: Node;
  /** The property's name; absent for list items and for the root. */
  readonly key?: Node;
  /** False when the path ends earlier than asked: the node is the nearest one above. */
  readonly complete: boolean;
}

/** Follows a path as far as it goes, through aliases and merge keys. */
export function walk(document: Document, path: Path): Walked | undefined {
  let node = resolve(document, document.contents);
  if (node === undefined) return undefined;
  let walked: Walked = { node, complete: true };
  for (const step of path) {
    const next = child(document, node, step);
    if (next === undefined) return { ...walked, complete: false };
    node = next.node;
    walked = { ...next, complete: true };
  }
  return walked;
}

type Child = Pick<Walked, "node" | "key">;

function child(document: Document, parent: Node, step: string | number): Child | undefined {
  if (isSeq(parent)) {
    const item = resolve(document, parent.items[Number(step)] as Node | null | undefined);
    return item === undefined ? undefined : { node: item };
  }
  if (!isMap<Node, Node | null>(parent)) return undefined;
  // A repeated key is a problem of its own; like the data, its place is that of the last one.
  const own = parent.items.findLast((pair) => keyText(pair) === String(step));
  if (own !== undefined) return { key: own.key, node: resolve(document, own.value) ?? own.key };
  for (const pair of parent.items) {
    if (keyText(pair) !== "<<") continue;
    const merged = resolve(document, pair.value);
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const node = resolve(document, source as Node | null | undefined);
      const found = node === undefined ? undefined : child(document, node, step);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function resolve(document: Document, node: Node | null | undefined): Node | undefined {
  if (isAlias(node)) return resolveAlias(document, node);
  return node ?? undefined;
}

/** The path of a node, from the nodes above it as `visit` tells them. */
export function pathFrom(ancestors: readonly unknown[], node: Node): Path {
  const steps: (string | number)[] = [];
  ancestors.forEach((ancestor, index) => {
    if (isPair(ancestor)) steps.push(keyText(ancestor));
    else if (isSeq(ancestor)) steps.push(ancestor.items.indexOf(ancestors[index + 1] ?? node));
  });
  return steps;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}
