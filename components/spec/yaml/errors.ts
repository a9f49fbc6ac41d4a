import type { YAMLError } from "yaml";

/** What a YAML error means for the person who wrote the file, and what to do. */
export function describeYamlError(error: YAMLError, text: string): string {
  const start = text.lastIndexOf("\n", error.pos[0] - 1) + 1;
  const line = text.slice(start).split("\n", 1)[0] ?? "";
  const key = text.slice(error.pos[0]).split(/\s*:/, 1)[0] ?? "";
  const message = sentence(error, key);
  const interpolatedInFlow =
    /[[{].*\$\{/.test(line) && (error.code === "UNEXPECTED_TOKEN" || error.code === "MISSING_CHAR");
  return interpolatedInFlow
    ? `${message}; inside { } and [ ] a value with \${…} needs quotes: "\${NAME}"`
    : message;
}

const structure =
  "is not valid YAML: the indentation does not fit, or a value with `: ` in it needs quotes";

const sentences: Partial<Record<YAMLError["code"], string>> = {
  TAB_AS_INDENT: "is indented by a tab, which YAML does not allow; use spaces",
  MULTIPLE_DOCS:
    "starts a second document (`---`); a spec file has one: put the second in a file of its own",
  BLOCK_AS_IMPLICIT_KEY: structure,
  MULTILINE_IMPLICIT_KEY: structure,
  BAD_SCALAR_START: "is not valid YAML: a value that starts with this character needs quotes",
  NON_STRING_KEY: "is not a plain name; a key is text, in quotes if need be",
};

function sentence({ code, message }: YAMLError, key: string): string {
  if (code === "DUPLICATE_KEY") {
    return `has the name ${key} a second time in this mapping; remove one of the two`;
  }
  if (code === "MISSING_CHAR" && message.endsWith("quote")) {
    return "is not valid YAML: a quoted text before this place has no closing quote";
  }
  if (code === "TAG_RESOLVE_FAILED") {
    return `has ${message.replace("Unresolved tag:", "the tag")}, which means nothing here; remove it`;
  }
  return (
    sentences[code] ?? `is not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
  );
}
