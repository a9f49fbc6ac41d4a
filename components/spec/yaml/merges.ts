import { type Document, type Node, isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import { resolveAlias } from "./aliases";
import { traverse } from "./traverse";

export interface MergeMistake {
  readonly offset: number;
  readonly message: string;
}

/** Merge keys (`<<`) of something that has no keys. */
export function mergeMistakes(document: Document): MergeMistake[] {
  const mistakes: MergeMistake[] = [];
  traverse(document, (map) => {
    if (!isMap(map)) return;
    for (const { key, value } of map.items) {
      if (!isScalar(key) || key.source !== "<<" || key.type !== "PLAIN") continue;
      const sources = isSeq(value) ? value.items : [value];
      if (sources.every((source) => isMap(resolved(source, document)))) continue;
      mistakes.push({
        offset: key.range?.[0] ?? 0,
        message:
          "merges (`<<`) something that is no mapping; name the anchor of one: `<<: *name`, or write its values out",
      });
    }
  });
  return mistakes;
}

function resolved(node: unknown, document: Document): Node | undefined {
  if (isAlias(node)) return resolveAlias(document, node);
  return isNode(node) ? node : undefined;
}
