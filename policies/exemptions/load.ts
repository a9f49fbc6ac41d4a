import type { Finding } from "../../components/spec/finding";
import { error, errorAtKey } from "../../components/spec/finding";
import type { Source } from "../../components/spec/source";
import { nearest, quote } from "../../components/spec/words";
import { rules, ruleOf } from "../rules";
import expiry from "../rules/stacks/exemptions";
import { listed } from "../settings/listed";
import type { Exemption } from "./exemptions";

const fields = ["rule", "stack", "resource", "reason", "owner", "expires"] as const;
const required = ["rule", "resource", "reason", "owner", "expires"] as const;

/** Reads the exemptions of a file. @returns those that are right, and what is wrong with the others. */
export function readExemptions(source: Source): {
  readonly exemptions: readonly Exemption[];
  readonly findings: readonly Finding[];
} {
  const data = source.data();
  const findings: Finding[] = [];
  const exemptions: Exemption[] = [];
  if (!isMapping(data)) {
    return {
      exemptions,
      findings: [error([], `must be a mapping with \`exemptions\`; got ${quote(data)}`)],
    };
  }
  for (const key of Object.keys(data)) {
    if (key !== "exemptions")
      findings.push(errorAtKey([key], "is not known here; the file has `exemptions` alone"));
  }
  const list = data.exemptions ?? [];
  if (!Array.isArray(list)) {
    return {
      exemptions,
      findings: [...findings, error(["exemptions"], `must be a list; got ${quote(list)}`)],
    };
  }
  list.forEach((entry: unknown, index) => {
    const path = ["exemptions", index];
    const wrong = mistakes(entry, path);
    findings.push(...wrong);
    if (wrong.length > 0) return;
    const { stack = "*", ...rest } = entry as Omit<Exemption, "place" | "stack"> & {
      readonly stack?: string;
    };
    const { file, line, column } = source.locate(error(path, ""));
    exemptions.push({ ...rest, stack, place: { file, line, column } });
  });
  return { exemptions, findings };
}

function mistakes(entry: unknown, path: readonly (string | number)[]): readonly Finding[] {
  if (!isMapping(entry)) return [error(path, `must be a mapping with ${required.join(", ")}`)];
  const found: Finding[] = [];
  for (const key of Object.keys(entry)) {
    if (!fields.some((field) => field === key)) {
      const meant = nearest(key, [...fields]);
      found.push(
        errorAtKey(
          [...path, key],
          `is not known${meant === undefined ? "" : `; did you mean ${meant}?`}`,
        ),
      );
    }
  }
  for (const field of fields) {
    const value = entry[field];
    const isRequired = required.some((one) => one === field);
    if (value === undefined) {
      if (isRequired) found.push(error(path, `has no ${field}; ${meaning[field]}`));
    } else if (typeof value !== "string" || value.trim() === "")
      found.push(error([...path, field], `must be a text; ${meaning[field]}`));
  }
  const { rule, expires } = entry;
  if (typeof rule === "string" && ruleOf(rule) === undefined) {
    const meant = nearest(
      rule,
      rules.map(({ id }) => id),
    );
    found.push(error([...path, "rule"], `there is no rule ${quote(rule)}; ${listed(meant)}`));
  } else if (rule === expiry.id)
    found.push(
      error(
        [...path, "rule"],
        "can't be exempted: it is the rule that sees exemptions end; give the one that has ended a new last day, or remove it",
      ),
    );
  if (typeof expires === "string" && !isDay(expires))
    found.push(error([...path, "expires"], `must be a day (2027-06-30); got ${quote(expires)}`));
  return found;
}

const meaning: Readonly<Record<(typeof fields)[number], string>> = {
  rule: "the id of the rule that is not kept",
  stack: "the Pulumi stack that it is about",
  resource: "the resource that does not keep it, by its name in Pulumi or on its cluster",
  reason: "why that is acceptable",
  owner: "who answers for it",
  expires: "the last day on which it holds (2027-06-30)",
};

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
