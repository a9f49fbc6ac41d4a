/** What gives away a secret that stands in plain text. Values are looked at, and never told. */

/** Whatever stands before them: `PGPASSWORD`, `dbPassword`. */
const words =
  "password|passwd|passphrase|secret|secret[_-]?key([_-]?base)?|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?";
/** By themselves, or at the end of others: `MYSQL_PWD`. */
const shortWords = "pass|pwd";

/** Names of what is secret, large and small: as RE2 reads it in CEL, and JavaScript. */
export const secretNames = `(${anyCase(words)}|(^|[._-])(${anyCase(shortWords)}))$`;

/** What is secret by its form, as RE2 reads it in CEL, and JavaScript. */
export const secretForms: Readonly<Record<"key" | "url", RegExp>> = {
  key: /-----BEGIN (\w+ )*PRIVATE KEY-----/,
  // Of the scheme one character: texts are long, and a whole one would be looked for from each word on.
  url: /[a-zA-Z0-9]:\/\/[^\s/:@]*:[^\s/@]+@/,
};

/** Names of what only says which secret there is. */
const harmlessNames = /(tls|ca|pull)[._-]?secret$/i;

/** A path to a file is how it should be, and so is what is filled in later; a switch is no secret. */
const harmlessValues = /^(["']?\$[\w({]|\/|(true|false|yes|no|on|off|none|[01])$|\{\{)/;

function anyCase(text: string): string {
  return text.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

const names = new RegExp(secretNames);

const values: readonly (readonly [RegExp, string])[] = [
  [secretForms.key, "a private key"],
  [secretForms.url, "a URL with a password"],
  [/^[\w.-]+:[^\s/@]+@(tcp|unix)\(/, "a data source with a password"],
  [/[;?&](password|pwd)=(?![$/{])[^;&\s]/i, "a connection with a password"],
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
  const isSecret = names.test(name) && !harmlessNames.test(name) && !harmlessValues.test(value);
  return isSecret ? "a secret, by its name" : undefined;
}

/** @returns what a text holds that is a secret by its form. */
export function secretValue(text: string): string | undefined {
  return values.find(([form]) => form.test(text))?.[1];
}

/**
 * What of a command is a secret: flags (`--password=x`, `--token x`; `-p x` is nobody's to tell) and variables that it sets
 * (`env PASSWORD=x app`), also in what it has a shell read.
 */
export function secretFlags(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    const told = secretValue(word);
    if (told !== undefined) return [told];
    if (/\s/.test(word.trim())) return secretFlags(word.trim().split(/[\s;|&]+/));
    const [, dashes = "", name = "", given] = /^(--?)?([\w.-]+)(?:=(.*))?$/s.exec(word) ?? [];
    const isFlag = dashes !== "";
    const next = words[index + 1];
    const follows = isFlag && next?.startsWith("-") === false ? next : undefined;
    return secretIn(name, given ?? follows) === undefined ? [] : [`${dashes}${name}`];
  });
}
