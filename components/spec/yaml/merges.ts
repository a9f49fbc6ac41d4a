import {
  type Document,
  type Node,
  type Pair,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  visit,
} from "yaml";

export interface MergeMistake {
  readonly offset: number;
  readonly message: string;
}

/** Merge keys (`<<`) of something that has no keys. */
export function mergeMistakes(document: Document): MergeMistake[] {
  const mistakes: MergeMistake[] = [];
  visit(document, {
    Pair: (_, { key, value }: Pair) => {
      if (!isScalar(key) || key.source !== "<<" || key.type !== "PLAIN") return;
      const sources = isSeq(value) ? value.items : [value];
      if (sources.every((source) => isMap(resolved(source, document)))) return;
      mistakes.push({
        offset: key.range?.[0] ?? 0,
        message:
          "merges (`<<`) something that is no mapping; name the anchor of one: `<<: *name`, or write its values out",
      });
    },
  });
  return mistakes;
}

function resolved(node: unknown, document: Document): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return isNode(node) ? node : undefined;
}
