import { type Alias, type Document, visit } from "yaml";

export interface AliasMistake {
  readonly offset: number;
  readonly message: string;
}

/** Aliases (`*name`) without their anchor, or inside it. */
export function aliasMistakes(document: Document): AliasMistake[] {
  const mistakes: AliasMistake[] = [];
  visit(document, {
    Alias: (_, alias, ancestors) => {
      const message = mistakeOf(alias, document, ancestors);
      if (message !== undefined) mistakes.push({ offset: alias.range?.[0] ?? 0, message });
    },
  });
  return mistakes;
}

function mistakeOf(
  alias: Alias,
  document: Document,
  ancestors: readonly unknown[],
): string | undefined {
  const target = alias.resolve(document);
  if (target === undefined) {
    return `refers to the anchor &${alias.source}, which is not defined above; define it or write the value out`;
  }
  return ancestors.includes(target)
    ? `refers to itself: *${alias.source} stands inside &${alias.source}; write the value out`
    : undefined;
}

/** Where the first alias stands. */
export function firstAliasOffset(document: Document): number {
  let offset = 0;
  visit(document, {
    Alias: (_, alias) => {
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}
