import { interpolate, type Variables } from "../../interpolation";
import { type Problem, SpecError } from "../../problem";
import { readSpecText } from "../../text";
import type { Loading } from "../loading";
import { type EnvFileReader, parseEnvFile, parseRawEnvFile } from "./parse";

export interface EnvFileName {
  /** Absolute. */
  readonly path: string;
  readonly format?: string;
}

/**
 * Adds the variables of a file to those known. Values may use variables: those that are given count before those that
 * the file and earlier ones set.
 */
export function readEnvFile(
  loading: Loading,
  { path, format }: EnvFileName,
  known: Record<string, string>,
  variables: Variables,
): void {
  const file = loading.folder.shown(path);
  const problem = (line: number, message: string, severity: Problem["severity"] = "error") =>
    loading.problems.push({ file, line, column: 1, path: "", message, severity });
  const reader: EnvFileReader = {
    inherited: (name) => variables[name],
    expand: (name, value, line) => {
      if (!value.includes("$")) return value;
      const options = { unset: loading.unset, loneDollar: "keep" } as const;
      const { text, issues } = interpolate(value, { ...known, ...given(variables) }, options);
      for (const { message, isWarning } of issues) {
        problem(line, `${name} ${message}`, isWarning === true ? "warning" : "error");
      }
      return text;
    },
    set: (name, value) => {
      known[name] = value;
    },
    mistake: ({ line, message }) => problem(line, message),
  };
  try {
    (format === "raw" ? parseRawEnvFile : parseEnvFile)(readSpecText(file), reader);
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause;
    loading.problems.push(...cause.problems);
  }
}

function given(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}
