import type { JsonSchema } from "../../jsonSchema";
import type { Path, Severity } from "../../problem";
import type { Loading } from "../loading";
import type { Origin } from "../tree/origins";
import type { Mapping, Value } from "../tree/value";

/** What a form knows about the value beside the value itself. */
export interface At {
  readonly loading: Loading;
  readonly path: Path;
  readonly origin: Origin;
  readonly schema: JsonSchema;
  /** The mapping that the value is a member of; absent for items of lists. */
  readonly parent: Mapping | undefined;
}

/** Brings a value that its schema took into its canonical form; undefined for one that is not sound, and reported. */
export type Form = (value: Value, at: At) => Value | undefined;

/** Reports that a value is not sound, and leaves it out. */
export function unsound(at: At, message: string): Value | undefined {
  at.loading.report(at.origin, at.path, message);
  return undefined;
}

export function remark(at: At, message: string, severity: Severity = "warning"): void {
  at.loading.report(at.origin, at.path, message, severity);
}

/** Where a member of a mapping or list is written. */
export function memberOrigin(container: Mapping | Value[], key: string | number, at: At): Origin {
  return at.loading.origins.of(container, key) ?? at.origin;
}
