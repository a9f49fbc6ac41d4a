import type { Value } from "../core/value";

/** A mapping of names to texts; what is no text is left out. */
export function textMap(value: Value): Readonly<Record<string, string>> {
  return Object.fromEntries(
    value.entries().flatMap(([name, item]) => {
      const text = item.text();
      return text === undefined ? [] : [[name, text]];
    }),
  );
}
