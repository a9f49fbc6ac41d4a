/** What gives away a secret that stands in plain text. Values are looked at, and never told. */

const words =
  "password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?";

/** Names of what is secret, large and small: as RE2 reads it in CEL, and JavaScript. */
export const secretNames = `(^|[._-])(${words.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)})$`;

const names = new RegExp(secretNames);

const values: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (\w+ )*PRIVATE KEY-----/, "a private key"],
  // Of the scheme one character: texts are long, and a whole one would be looked for from each word on.
  [/[a-z0-9]:\/\/[^\s/:@]+:[^\s/@]+@/i, "a URL with a password"],
  [/\bAKIA[0-9A-Z]{16}\b/, "an access key of AWS"],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b/, "a token of GitHub"],
  [/\bglpat-[\w-]{20,}/, "a token of GitLab"],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, "a JSON web token"],
];

/** @returns what of a variable looks like a secret; `undefined` where nothing does. */
export function secretIn(name: string, value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  const told = secretValue(value);
  if (told !== undefined) return told;
  // A path to a file is how it should be; a switch is no secret.
  const isHarmless = /^(\/|true$|false$|yes$|no$|\{\{)/.test(value);
  return names.test(name) && !isHarmless ? "a secret, by its name" : undefined;
}

/** @returns what a text holds that is a secret by its form. */
export function secretValue(text: string): string | undefined {
  return values.find(([form]) => form.test(text))?.[1];
}

/** Flags of a command that take a secret: `--password=x`, `--token x`, `-p x` is nobody's to tell. */
export function secretFlags(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    const [, flag = "", given] = /^--?([\w.-]+)(?:=(.*))?$/s.exec(word) ?? [];
    const next = words[index + 1];
    const value = given ?? (next?.startsWith("-") === true ? undefined : next);
    if (flag !== "" && secretIn(flag, value) !== undefined) return [`--${flag}`];
    const told = secretValue(word);
    return told === undefined ? [] : [told];
  });
}
