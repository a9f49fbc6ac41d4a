import { isDeepStrictEqual } from "node:util";
import type { ChangedPath } from "../server/handler";
import { isUnknown } from "../server/unknown";

/** A part in which two values differ. */
export interface ValueDifference {
  /** Property names and list indices, from the root. */
  readonly path: readonly (string | number)[];
  /** Absent where there was nothing. */
  readonly before?: unknown;
  /** Absent where there is nothing any more. */
  readonly after?: unknown;
}

/**
 * The smallest parts in which two plain values differ. Lists of other lengths or of texts differ as a whole: what
 * moved by one place is no list of changes. Absent, null and empty are the same, as they are to the engine.
 */
export function valueDifferences(
  before: unknown,
  after: unknown,
  path: readonly (string | number)[] = [],
): ValueDifference[] {
  if (isUnknown(after)) return [{ path, before, after }];
  if (isNothing(before) && isNothing(after)) return [];
  if (isDeepStrictEqual(before, after)) return [];
  if (isMapping(before) && isMapping(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => valueDifferences(before[key], after[key], [...path, key]));
  }
  if (isListOfMappings(before) && isListOfMappings(after) && before.length === after.length) {
    return before.flatMap((item, index) => valueDifferences(item, after[index], [...path, index]));
  }
  return [
    {
      path,
      ...(!isNothing(before) && { before }),
      ...(!isNothing(after) && { after }),
    },
  ];
}

/** The value with one part replaced; `undefined` takes the part away. The value itself stays as it is. */
export function withPart(
  value: unknown,
  path: readonly (string | number)[],
  part: unknown,
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return part;
  if (Array.isArray(value)) {
    return (value as readonly unknown[]).map((item, index) =>
      index === step ? withPart(item, rest, part) : item,
    );
  }
  // An item of a list that is not there any more.
  if (typeof step === "number") return value;
  const mapping = isMapping(value) ? value : {};
  const changed = withPart(mapping[step], rest, part);
  return Object.fromEntries(
    Object.entries({ ...mapping, [step]: changed }).filter(([, item]) => item !== undefined),
  );
}

/** As Pulumi writes property paths: `spec.Labels["a.b"]`, `spec.Mounts[0].Source`. */
export function propertyPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[A-Za-z_][\w-]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** For the engine's display of what an update changes. */
export function changedPath(difference: ValueDifference, isDrift = false): ChangedPath {
  const kind =
    difference.before === undefined
      ? "added"
      : difference.after === undefined
        ? "deleted"
        : "updated";
  return { path: propertyPath(difference.path), kind, isDrift };
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);
}

function isListOfMappings(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.every(isMapping);
}
