import type { Path, Severity } from "./problem";

/** A problem as a check sees it: by path, before its place in the file is looked up. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly severity: Severity;
  /** Point at the name of the property instead of its value. */
  readonly atKey?: boolean;
}

/** A finding that makes the spec invalid. */
export function error(path: Path, message: string): Finding {
  return { path, message, severity: "error" };
}

/** A finding about the name of a property, not its value. */
export function errorAtKey(path: Path, message: string): Finding {
  return { path, message, severity: "error", atKey: true };
}

/** A finding that leaves the spec valid. */
export function warning(path: Path, message: string): Finding {
  return { path, message, severity: "warning" };
}
