/** Whether a text is of a pattern, in which `*` stands for any text. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`).test(text);
}

export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matches(pattern, text));
}

/**
 * The same as a regular expression within a text of CEL, where a backslash would have to be doubled.
 *
 * @param any what `*` stands for, as a regular expression
 */
export function celRegexOf(pattern: string, any: string): string {
  return pattern.replace(/[\\^$.|?+()[\]{}]/g, "[$&]").replaceAll("*", any);
}
