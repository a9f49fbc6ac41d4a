import { isDeepStrictEqual } from "node:util";
import type { Difference } from "./handler";
import { isKnown } from "./unknown";

type Properties = Readonly<Record<string, unknown>>;

/**
 * Compares the named inputs by value. An unknown new value counts as changed: whether it is will be seen
 * in the update. Absent and `undefined` are the same.
 */
export function compareInputs(
  olds: object,
  news: object,
  keys: readonly string[],
  replaceOn: readonly string[] = [],
): Difference {
  const before = olds as Properties;
  const after = news as Properties;
  const changedKeys = keys.filter(
    (key) => !isKnown(after[key]) || !isDeepStrictEqual(before[key], after[key]),
  );
  return {
    changes: changedKeys.length > 0,
    changedKeys,
    replaces: changedKeys.filter((key) => replaceOn.includes(key)),
  };
}
