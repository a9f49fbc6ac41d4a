import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { Finding } from "../../../peers/kubeScore";
import type { Generated } from "./generated";

/** Something that the linter finds and that stays as it is, with the reason for it. */
export interface Exception {
  /** The linter's name of the check. */
  readonly check: string;
  readonly from: Generated["from"];
  /** What the check says, word by word: it may say other things, too. */
  readonly findings: readonly string[];
  /** `<kind> <namespace>/<name>`, and one container of it. Absent: at all objects. */
  readonly at?: readonly string[];
  readonly reason: string;
}

/** The argued exceptions, as `exceptions.yml` has them. */
export function exceptions(): readonly Exception[] {
  const file = path.join(__dirname, "../../../fixtures/kubernetes-lint/exceptions.yml");
  return parse(readFileSync(file, "utf8")) as Exception[];
}

/** One thing that an exception is about: a word of the check at an object, or at all. */
export interface Excepted {
  readonly check: string;
  readonly from: Generated["from"];
  readonly summary: string;
  readonly at?: string;
}

/** All that an exception is about, one by one. */
export function exceptedBy({ check, from, findings, at }: Exception): readonly Excepted[] {
  return findings.flatMap((summary) =>
    at === undefined
      ? [{ check, from, summary }]
      : at.map((place) => ({ check, from, summary, at: place })),
  );
}

/** Whether this is what was found. */
export function isAbout(one: Excepted, from: Generated["from"], found: Finding): boolean {
  return (
    one.check === found.check &&
    one.from === from &&
    one.summary === found.summary &&
    (one.at === undefined || found.at === one.at || found.at.startsWith(`${one.at} `))
  );
}
