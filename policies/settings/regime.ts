import type { Exempt, Regime } from "../core/evaluate";
import { matches } from "../core/glob";
import type { ParameterValues } from "../core/parameters";
import type { Rule } from "../core/rule";
import type { Surroundings } from "../core/stack";
import { builtInExemption } from "../exemptions/builtIn";
import { isAbout, isExpired } from "../exemptions/exemptions";
import type { Decisions } from "./load";
import { environmentOf, levelOf, parametersOf, settingsFor, unlisted } from "./settings";

/** What holds for a Pulumi stack, on a day. */
export function regimeOf(
  { settings, exemptions }: Pick<Decisions, "settings" | "exemptions">,
  stack: string,
  now: Date,
): Regime {
  const own = settingsFor(settings, stack);
  const valid = exemptions.filter((exemption) => !isExpired(exemption, now));
  const parameters = new Map<Rule, ParameterValues>();
  return {
    levelOf: (rule) => levelOf(own, rule),
    parametersOf: (rule) => {
      const known = parameters.get(rule) ?? parametersOf(own, rule);
      parameters.set(rule, known);
      return known;
    },
    exemptionOf: (rule, of, subject): Exempt | undefined =>
      valid.find((exemption) => isAbout(exemption, rule.id, of, subject)) ??
      (subject === undefined ? undefined : builtInExemption(rule.id, subject.resource)),
  };
}

/** What rules about whole stacks ask for, on a day. */
export function surroundingsOf(
  { settings, exemptions }: Pick<Decisions, "settings" | "exemptions">,
  now: Date,
): Surroundings {
  return {
    environments: Object.keys(settings.environments),
    environmentOf: (stack) => environmentOf(settings, stack) ?? unlisted,
    expiredFor: (stack) =>
      exemptions
        .filter((one) => matches(one.stack, stack) && isExpired(one, now))
        .map(
          ({ rule, resource, expires, owner, place }) =>
            `${rule} at ${resource} (${place.file}:${place.line}:${place.column}, ${owner}, ${expires})`,
        ),
  };
}
