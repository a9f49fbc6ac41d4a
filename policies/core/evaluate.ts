import type { Ask } from "./ask";
import type { Level } from "./levels";
import type { ParameterValues } from "./parameters";
import type { ResourceRule, Rule, StackRule } from "./rule";
import type { Stack, Subject } from "./subjects";
import { Undetermined } from "./value";

/** Why something that breaks a rule is accepted. */
export interface Exempt {
  readonly reason: string;
  /** Absent for what the pack itself exempts: parts of the platform that can't be otherwise. */
  readonly owner?: string;
  /** `2027-06-30` */
  readonly expires?: string;
}

/** What a rule says of one resource, or of a whole stack. */
export interface Result {
  readonly rule: Rule;
  readonly level: Exclude<Level, "disabled">;
  /** Absent: the whole Pulumi stack. */
  readonly subject?: Subject;
  readonly outcome: "passed" | "violated" | "undetermined" | "exempted";
  /** What is wrong, or what is not known. */
  readonly messages: readonly string[];
  readonly exempt?: Exempt;
}

/** What holds for one environment. */
export interface Regime {
  levelOf(rule: Rule): Level;
  parametersOf(rule: Rule): ParameterValues;
  /** @param subject Absent: the whole Pulumi stack. */
  exemptionOf(rule: Rule, stack: string, subject?: Subject): Exempt | undefined;
}

/** Judges one resource by a rule. @returns `undefined` where the rule has nothing to say of it. */
export function judgeResource(
  rule: ResourceRule,
  subject: Subject,
  regime: Regime,
  ask: Ask,
): Result | undefined | Promise<Result | undefined> {
  if (!rule.on.includes(subject.kind)) return undefined;
  const level = regime.levelOf(rule);
  if (level === "disabled") return undefined;
  const parameters = regime.parametersOf(rule) as Parameters<typeof rule.check>[1];
  const messages: string[] = [];
  const end = (cause?: unknown): Result =>
    concluded({ rule, level, subject }, messages, cause, () =>
      regime.exemptionOf(rule, subject.resource.stack, subject),
    );
  try {
    if (rule.appliesTo?.(subject, parameters) === false) return undefined;
    const running = rule.check(subject, parameters, (message) => messages.push(message), ask);
    return running instanceof Promise
      ? running.then(
          () => end(),
          (error: unknown) => end(error),
        )
      : end();
  } catch (error) {
    return end(error);
  }
}

/** Judges a Pulumi stack by a rule: one result for each resource that it objects to, or one for the whole. */
export function judgeStack(rule: StackRule, stack: Stack, regime: Regime): readonly Result[] {
  const level = regime.levelOf(rule);
  if (level === "disabled") return [];
  const parameters = regime.parametersOf(rule) as Parameters<typeof rule.check>[1];
  const found = new Map<string, { readonly subject?: Subject; readonly messages: string[] }>();
  let cause: unknown;
  try {
    rule.check(stack, parameters, (message, subject) => {
      const key = subject?.resource.urn ?? "";
      const known = found.get(key) ?? { subject, messages: [] };
      known.messages.push(message);
      found.set(key, known);
    });
  } catch (error) {
    cause = error;
  }
  const results = [...found.values()].map(({ subject, messages }) =>
    concluded({ rule, level, subject }, messages, undefined, () =>
      regime.exemptionOf(rule, stack.name, subject),
    ),
  );
  if (cause === undefined && results.length > 0) return results;
  return [...results, concluded({ rule, level }, [], cause, () => undefined)];
}

function concluded(
  of: Pick<Result, "rule" | "level" | "subject">,
  messages: readonly string[],
  cause: unknown,
  exemption: () => Exempt | undefined,
): Result {
  if (cause !== undefined && !(cause instanceof Undetermined))
    throw cause instanceof Error ? cause : new Error(JSON.stringify(cause));
  // What is wrong already stays wrong, whatever else is not known yet.
  if (messages.length > 0) {
    const exempt = exemption();
    return exempt === undefined
      ? { ...of, outcome: "violated", messages }
      : { ...of, outcome: "exempted", messages, exempt };
  }
  if (cause === undefined) return { ...of, outcome: "passed", messages: [] };
  return { ...of, outcome: "undetermined", messages: [cause.message] };
}

/** `shop_web: runs as root`, with why and how to mend it: for people who see nothing else of the rule. */
export function explained({ rule, subject, messages, outcome }: Result): string {
  const where = subject === undefined ? "the Pulumi stack" : subject.called;
  const what = messages.join("; ");
  if (outcome === "undetermined")
    return `${where}: undetermined: ${what}. It is judged at \`pulumi up\`.`;
  return `${where}: ${what}.\n  Why: ${rule.rationale}\n  Mend: ${rule.remedy}`;
}
