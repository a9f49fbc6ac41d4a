import { error, type Finding } from "../finding";
import type { Variables } from "../interpolation";
import type { Path } from "../problem";
import { parseBytes, parseDuration } from "../quantities";
import { quote } from "../words";
import type { AmountsFile, Pairs } from "./file";
import { splitWords } from "./splitWords";
import type { ResourceAmounts } from "./types";

/** Takes findings as they are made. */
export type Report = (finding: Finding) => void;

export function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** Nanoseconds of a duration; a text that is none is reported. */
export function duration(text: string | undefined, path: Path, report: Report): number | undefined {
  const value = text === undefined ? undefined : parseDuration(text);
  if (text !== undefined && value === undefined) {
    const unitless = /^\d+$/.test(text);
    report(
      error(
        path,
        `must be a duration with its unit; got ${quote(text)}, for example ${unitless ? `${text}s` : "10s or 1m30s"}`,
      ),
    );
  }
  return value;
}

/** Arguments of a command, split as a shell does where they stand in one text. */
export function words(
  value: string | readonly (string | undefined)[] | undefined,
  path: Path,
  report: Report,
): readonly string[] | undefined {
  if (typeof value !== "string") return value?.filter(isDefined);
  const split = splitWords(value);
  if (split === undefined)
    report(error(path, `has a quote that is not closed: ${quote(value)}; close it`));
  return split;
}

/** Names and values, from a mapping or a list. A name without a value takes it from the variables. */
export function pairs(
  value: Pairs | undefined,
  path: Path,
  report: Report,
  variables?: Variables,
): Record<string, string> {
  const result: Record<string, string> = {};
  const take = (name: string, text: string | undefined, at: Path) => {
    const found = text ?? (variables === undefined ? "" : variables[name]);
    if (found === undefined) {
      report(error(at, `takes the variable ${name}, which has no value; set it, or write a value`));
    } else result[name] = found;
  };
  if (isList(value)) {
    value.forEach((entry, index) => {
      if (entry === undefined) return;
      const equals = entry.indexOf("=");
      if (equals < 0) take(entry, undefined, [...path, index]);
      else take(entry.slice(0, equals), entry.slice(equals + 1), [...path, index]);
    });
  } else {
    for (const [name, scalar] of Object.entries(value ?? {})) {
      if (scalar !== undefined)
        take(name, scalar === null ? undefined : String(scalar), [...path, name]);
    }
  }
  return result;
}

function isList(value: Pairs | undefined): value is readonly (string | undefined)[] {
  return Array.isArray(value);
}

/** CPUs and memory in numbers. */
export function amounts(
  value: AmountsFile | undefined,
  path: Path,
  report: Report,
): ResourceAmounts | undefined {
  if (value === undefined) return undefined;
  const { cpus, memory } = value;
  const result: { cpus?: number; memoryBytes?: number } = {};
  if (cpus !== undefined) {
    const number = String(cpus).trim() === "" ? NaN : Number(cpus);
    if (number > 0) result.cpus = number;
    else
      report(
        error(
          [...path, "cpus"],
          `must be a number of CPUs above 0; got ${quote(cpus)}, for example "0.5"`,
        ),
      );
  }
  if (memory !== undefined) {
    const bytes = parseBytes(String(memory));
    if (bytes === undefined || bytes === 0) {
      report(
        error(
          [...path, "memory"],
          `must be a size with its unit; got ${quote(memory)}, for example 64M`,
        ),
      );
    } else result.memoryBytes = bytes;
  }
  return result;
}
