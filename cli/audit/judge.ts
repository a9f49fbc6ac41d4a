import type { Ask } from "../../policies/core/ask";
import { judgeResource, judgeStack, type Result } from "../../policies/core/evaluate";
import { resourceOf, type ResourceData } from "../../policies/core/resource";
import { stackView } from "../../policies/core/stack";
import type { Stack } from "../../policies/core/subjects";
import { rules } from "../../policies/rules";
import type { Decisions } from "../../policies/settings/load";
import { regimeOf, surroundingsOf } from "../../policies/settings/regime";

/** A Pulumi stack as a preview or its state shows it. */
export interface Collected {
  readonly stack: string;
  readonly resources: readonly ResourceData[];
  readonly outputs: unknown;
}

/** Every rule about every resource of a Pulumi stack, and about the whole. */
export async function judge(
  { stack, resources, outputs }: Collected,
  decisions: Decisions,
  now: Date,
  ask: Ask,
): Promise<{ readonly view: Stack; readonly results: readonly Result[] }> {
  const regime = regimeOf(decisions, stack, now);
  const known = resources.map(resourceOf);
  const view = stackView(stack, known, outputs, surroundingsOf(decisions, now));
  const judged = rules.flatMap((rule): Promise<Result | undefined>[] =>
    rule.on === "stack"
      ? judgeStack(rule, view, regime).map((result) => Promise.resolve(result))
      : view.subjects.map(async (subject) => judgeResource(rule, subject, regime, ask)),
  );
  const results = await Promise.all(judged);
  return { view, results: results.flatMap((result) => result ?? []) };
}
