import { closest, distance } from "fastest-levenshtein";

/** A value as a person would name it: `the text "three"`, `the number 3.5`, `a list`. */
export function describeValue(value: unknown, written?: string): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "string") return `the text ${quote(value)}`;
  if (typeof value === "number") return `the number ${written ?? value}`;
  if (typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "a list" : "a mapping";
}

/** A value as it is written in YAML, shortened: `"three"`, `3`. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text;
}

/** `a`, `a or b`, `a, b or c`. */
export function anyOf(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words[words.length - 1] ?? ""}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function allOf(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1] ?? ""}`;
}

/** `1 machine`, `2 machines`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** What to write in the place of a word that is not known: `did you mean "a"?`, or all that there is. */
export function oneOf(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? `there is ${known.join(", ")}` : `did you mean ${quote(meant)}?`;
}

/** The known word that was most likely meant: other case or separators, a part of it, or few letters away. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = bare(word);
  const same = known.find((candidate) => bare(candidate) === wanted);
  if (same !== undefined) return same;
  const best = closest(wanted, known.map(bare));
  if (distance(wanted, best) <= Math.ceil(wanted.length / 3)) {
    return known.find((candidate) => bare(candidate) === best);
  }
  const related = known.filter(
    (candidate) =>
      wanted.length > 3 &&
      candidate.length > 3 &&
      (bare(candidate).includes(wanted) || wanted.includes(bare(candidate))),
  );
  return related.length === 1 ? related[0] : undefined;
}
