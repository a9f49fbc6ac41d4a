/** A file of variables, `NAME=value` by lines, as Compose and Docker read it. */

export interface EnvFileMistake {
  readonly line: number;
  readonly message: string;
}

export interface EnvFileReader {
  /** Value of a name without `=`, which is passed through; undefined when there is none. */
  inherited(name: string): string | undefined;
  /** Replaces variables in a value. */
  expand(name: string, value: string, line: number): string;
  /** Takes a variable. */
  set(name: string, value: string): void;
  mistake(mistake: EnvFileMistake): void;
}

const space = "[\\t\\v\\f\\r \\u0085\\u00a0]";
const namePattern = new RegExp(`^(?:export${space}+)?([^=:\\n]*)([=:\\n]|$)${space}*`);

/** Reads a file; values in quotes may go over several lines. */
export function parseEnvFile(text: string, reader: EnvFileReader): void {
  let rest = text.replace(/^\uFEFF/, "");
  const total = lines(rest);
  while ((rest = rest.replace(/^(\s+|#[^\n]*)*/, "")) !== "") {
    const line = total - lines(rest) + 1;
    const [whole = "", written = "", separator = ""] = namePattern.exec(rest) ?? [];
    const name = written.trim();
    rest = rest.slice(whole.length);
    if (!/^[\p{L}\p{N}_.[\]-]+$/u.test(name)) {
      const message = `has ${JSON.stringify(name.split("\n", 1)[0])} for a name; a line is NAME=value, and # starts a comment`;
      reader.mistake({ line, message });
      rest = separator === "\n" ? rest : afterLine(rest);
      continue;
    }
    if (separator === "\n" || separator === "") {
      const value = reader.inherited(name);
      if (value !== undefined) reader.set(name, value);
      continue;
    }
    const read = valueAt(rest);
    if (read === undefined) {
      reader.mistake({ line, message: `has a value of ${name} without its closing quote` });
      return;
    }
    const value = read.isLiteral ? read.value : reader.expand(name, read.value, line);
    reader.set(name, value);
    rest = rest.slice(read.length);
  }
}

/** Reads a file whose values are taken as they are: no quotes, no variables. */
export function parseRawEnvFile(text: string, reader: EnvFileReader): void {
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const start = line.trimStart();
    if (start === "" || start.startsWith("#")) continue;
    const equals = start.indexOf("=");
    const name = equals < 0 ? start.trim() : start.slice(0, equals);
    const value = equals < 0 ? reader.inherited(name) : start.slice(equals + 1);
    if (value !== undefined) reader.set(name, value);
  }
}

interface ReadValue {
  readonly value: string;
  readonly length: number;
  /** In single quotes: variables are not replaced. */
  readonly isLiteral: boolean;
}

function valueAt(text: string): ReadValue | undefined {
  const quote = text.charAt(0);
  if (quote !== '"' && quote !== "'") {
    const line = text.split("\n", 1)[0] ?? "";
    return {
      value: line.split(" #", 1)[0]?.trimEnd() ?? "",
      length: line.length,
      isLiteral: false,
    };
  }
  const pattern = quote === '"' ? /^"((?:\\[^]|[^\\"])*)"/ : /^'((?:\\[^]|[^\\'])*)'/;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const value = (match[1] ?? "").replaceAll(`\\${quote}`, quote);
  const isLiteral = quote === "'";
  return { value: isLiteral ? value : unescape(value), length: match[0].length, isLiteral };
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  // The interpolation that follows makes one of two.
  $: "$$",
};

function unescape(value: string): string {
  return value.replace(
    /\\(?:([abfnrtv$"\\])|0([0-7]{3}))/g,
    (whole, letter?: string, octal?: string) =>
      letter === undefined
        ? String.fromCharCode(Number.parseInt(octal ?? "0", 8))
        : (escapes[letter] ?? whole),
  );
}

function afterLine(text: string): string {
  const end = text.indexOf("\n");
  return end < 0 ? "" : text.slice(end);
}

function lines(text: string): number {
  return text.split("\n").length;
}
