import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { fixtures } from "./corpus";
import type { Difference } from "./differences";

/** A difference that is meant, with the reason for it. */
export interface Exception extends Difference {
  readonly reason: string;
}

/** The argued exceptions, one by one, as `exceptions.yml` beside the corpus has them. */
export function exceptions(): readonly Exception[] {
  const file = path.join(fixtures, "exceptions.yml");
  return (parse(readFileSync(file, "utf8")) ?? []) as Exception[];
}

/** Whether the exception is about this difference; of an error its beginning is enough. */
export function covers(exception: Exception, found: Difference): boolean {
  return (
    exception.case === found.case &&
    exception.path === found.path &&
    says(exception.theirs, found.theirs) &&
    says(exception.ours, found.ours)
  );
}

function says(expected: string, found: string): boolean {
  return expected.startsWith("error: ") ? found.startsWith(expected) : found === expected;
}
