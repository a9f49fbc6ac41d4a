import { readFileSync } from "node:fs";
import path from "node:path";
import { isMap, isScalar, isSeq, LineCounter, type Node, type YAMLMap } from "yaml";
import { error, type Finding } from "../finding";
import { reasonForReading } from "../text";
import { quote } from "../words";
import { parseYaml } from "../yaml/parse";
import type { RuleFile } from "./monitoringSpec";
import { expressionMistake } from "./promql";

export interface ReadRules {
  readonly files: readonly RuleFile[];
  readonly findings: readonly Finding[];
}

/** Something wrong in a file of rules. */
interface Mistake {
  /** Offset in the text; absent for the file as a whole. */
  readonly at?: number;
  readonly message: string;
}

const ruleKeys = ["alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"];

/** Reads the rules that `platform.monitoring.rules` names, relative to the folder of `cluster.yml`, and checks their form. */
export function readRuleFiles(folder: string, names: readonly (string | undefined)[]): ReadRules {
  const files: RuleFile[] = [];
  const findings: Finding[] = [];
  const seen = new Map<string, string>();
  names.forEach((name, index) => {
    if (name === undefined) return;
    const place = ["platform", "monitoring", "rules", index];
    const base = path.basename(name);
    const other = seen.get(base);
    if (other !== undefined)
      findings.push(
        error(
          place,
          `has the name of ${quote(other)}, and Prometheus has both in one folder; rename one`,
        ),
      );
    seen.set(base, name);
    try {
      const text = readFileSync(path.resolve(folder, name), "utf8");
      findings.push(...rulesMistakes(text).map((said) => error(place, `${name}${said}`)));
      files.push({ path: name, text });
    } catch (cause) {
      findings.push(error(place, `${quote(name)} can't be read: ${reasonForReading(cause)}`));
    }
  });
  return { files, findings };
}

/** What is wrong with a file of rules: `:line:column what`. */
export function rulesMistakes(text: string): readonly string[] {
  const lineCounter = new LineCounter();
  return [...mistakes(text, lineCounter)].map(({ at, message }) => {
    if (at === undefined) return ` ${message}`;
    const { line, col } = lineCounter.linePos(at);
    return `:${line}:${col} ${message}`;
  });
}

function* mistakes(text: string, lineCounter: LineCounter): Iterable<Mistake> {
  const document = parseYaml(text, { lineCounter });
  if ("tooDeepAt" in document) {
    yield { message: `is nested too deeply in line ${document.tooDeepAt}` };
    return;
  }
  if (document.errors.length > 0) {
    for (const { pos, message } of document.errors)
      yield { at: pos[0], message: `is not YAML: ${message}` };
    return;
  }
  const groups = isMap(document.contents) ? document.contents.get("groups", true) : undefined;
  if (!isSeq(groups)) {
    yield { message: "has no list `groups`; it must be a file of rules as Prometheus reads it" };
    return;
  }
  const names = new Set<unknown>();
  for (const group of groups.items) {
    const at = offsetOf(group);
    if (!isMap(group)) {
      yield { at, message: "must be a group of rules: `name` and `rules`" };
      continue;
    }
    const name = group.get("name");
    if (typeof name !== "string" || name === "") yield { at, message: "is a group without a name" };
    else if (names.has(name))
      yield { at, message: `is the second group ${quote(name)}; rename one` };
    names.add(name);
    const rules = group.get("rules", true);
    if (!isSeq(rules)) {
      yield { at, message: "is a group without a list `rules`" };
      continue;
    }
    for (const rule of rules.items) yield* ruleMistakes(rule);
  }
}

function* ruleMistakes(rule: unknown): Iterable<Mistake> {
  const at = offsetOf(rule);
  if (!isMap(rule)) {
    yield { at, message: "must be a rule: `expr`, and `alert` or `record`" };
    return;
  }
  for (const { key } of rule.items) {
    const name = isScalar(key) ? String(key.value) : "";
    if (!ruleKeys.includes(name))
      yield {
        at: offsetOf(key),
        message: `${quote(name)} is not known in a rule; known are ${ruleKeys.join(", ")}`,
      };
  }
  if (rule.has("alert") === rule.has("record"))
    yield { at, message: "must have exactly one of `alert` and `record`" };
  yield* durationMistakes(rule);
  const expression = rule.get("expr", true);
  if (!isScalar(expression)) {
    yield { at, message: "is a rule without `expr`" };
    return;
  }
  const mistake = expressionMistake(String(expression.value));
  // A folded or quoted text has other offsets than what it means: its own place says enough.
  if (mistake !== undefined) yield { at: offsetOf(expression), message: mistake };
}

function* durationMistakes(rule: YAMLMap): Iterable<Mistake> {
  for (const key of ["for", "keep_firing_for"]) {
    const node = rule.get(key, true);
    if (node === undefined) continue;
    const text = isScalar(node) ? String(node.value) : "";
    if (/^(\d+(ms|[smhdwy]))+$/.test(text) || text === "0") continue;
    yield {
      at: offsetOf(node),
      message: `\`${key}\` must be a time with its unit such as 5m; got ${quote(text)}`,
    };
  }
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | undefined)?.range?.[0];
}
