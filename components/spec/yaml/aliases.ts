import { type Alias, type Document, type Node, isAlias } from "yaml";
import { traverse } from "./traverse";

export interface AliasMistake {
  readonly offset: number;
  readonly message: string;
}

interface Aliases {
  readonly targets: ReadonlyMap<Alias, Node>;
  readonly mistakes: readonly AliasMistake[];
  readonly first: Alias | undefined;
}

const known = new WeakMap<Document, Aliases>();

/** The node that an alias stands for: the last one above it with its anchor. */
export function resolveAlias(document: Document, alias: Alias): Node | undefined {
  return aliasesOf(document).targets.get(alias);
}

/** Aliases (`*name`) without their anchor, or inside it. */
export function aliasMistakes(document: Document): readonly AliasMistake[] {
  return aliasesOf(document).mistakes;
}

/** Where the first alias stands. */
export function firstAliasOffset(document: Document): number {
  return aliasesOf(document).first?.range?.[0] ?? 0;
}

/** All aliases in one walk through the document; `Alias.resolve` takes a walk for each. */
function aliasesOf(document: Document): Aliases {
  const found = known.get(document) ?? findAliases(document);
  known.set(document, found);
  return found;
}

function findAliases(document: Document): Aliases {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const mistakes: AliasMistake[] = [];
  let first: Alias | undefined;
  traverse(document, (node, _, ancestors) => {
    if (!isAlias(node)) {
      const { anchor } = node as { anchor?: string };
      if (anchor !== undefined) anchors.set(anchor, node);
      return;
    }
    first ??= node;
    const target = anchors.get(node.source);
    const message = mistakeOf(node, target, ancestors);
    if (message !== undefined) mistakes.push({ offset: node.range?.[0] ?? 0, message });
    if (target !== undefined) targets.set(node, target);
  });
  return { targets, mistakes, first };
}

function mistakeOf(
  alias: Alias,
  target: Node | undefined,
  ancestors: readonly unknown[],
): string | undefined {
  if (target === undefined) {
    return `refers to the anchor &${alias.source}, which is not defined above; define it or write the value out`;
  }
  return ancestors.includes(target)
    ? `refers to itself: *${alias.source} stands inside &${alias.source}; write the value out`
    : undefined;
}
