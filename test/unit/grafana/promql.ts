import { parser } from "@prometheus-io/lezer-promql";

export interface Selector {
  readonly metric: string;
  /** Labels that are matched, with what they are held against. */
  readonly matchers: readonly (readonly [label: string, operator: string, value: string])[];
}

/** What an expression selects, and by which labels it groups and joins. */
export function partsOf(expression: string): {
  readonly selectors: readonly Selector[];
  readonly groupings: readonly string[];
} {
  const selectors: Selector[] = [];
  const groupings: string[] = [];
  const tree = parser.parse(expression);
  tree.iterate({
    enter: ({ name, node }) => {
      const text = (part: { from: number; to: number } | null) =>
        part === null ? "" : expression.slice(part.from, part.to);
      if (name === "VectorSelector")
        selectors.push({
          metric: text(node.getChild("Identifier")),
          matchers: (node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? []).map(
            (matcher) => [
              text(matcher.getChild("LabelName")),
              text(matcher.getChild("MatchOp")),
              JSON.parse(text(matcher.getChild("StringLiteral"))) as string,
            ],
          ),
        });
      if (name === "GroupingLabels")
        groupings.push(...node.getChildren("LabelName").map((label) => text(label)));
    },
  });
  return { selectors, groupings };
}
