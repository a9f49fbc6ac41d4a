import type { ErrorObject } from "ajv";
import { stringify } from "yaml";
import { error, errorAtKey, type Finding } from "./finding";
import { type JsonSchema, placesOf, schemaAt } from "./jsonSchema";
import type { Path } from "./problem";
import type { Source } from "./source";
import { allOf, anyOf, describeValue, nearest, quote } from "./words";

export interface Described {
  readonly finding: Finding;
  /** The known property that an unknown one was most likely meant to be. */
  readonly meant?: string;
}

/** One error of the validator as a finding that says what is wrong and what to do; undefined for mere follow-ups. */
export function describeSchemaError(
  root: JsonSchema,
  issue: ErrorObject,
  path: Path,
  source: Source,
): Described | undefined {
  const schema = (issue.parentSchema ?? {}) as JsonSchema;
  const got = describeValue(issue.data, source.written(path));
  const at = (message: string): Described => ({ finding: error(path, message) });
  switch (issue.keyword) {
    case "if":
    case "propertyNames":
      return undefined;
    case "additionalProperties":
      return unknownKey(root, issue, path, schema);
    case "required":
      return missingKey(root, issue, path);
    case "type":
      return at(wrongType(issue, path, schema, source));
    case "const":
    case "enum":
      return at(wrongChoice(schema, issue.data, got));
    case "pattern":
      return wrongPattern(issue, path, schema);
    case "minimum":
      return at(`must be at least ${schema.minimum ?? 0}; got ${quote(issue.data)}`);
    case "maximum":
      return at(`must be at most ${schema.maximum ?? 0}; got ${quote(issue.data)}`);
    case "multipleOf":
      return at(wrongMultiple(schema.multipleOf ?? 1, Number(issue.data)));
    case "minItems":
    case "minLength":
    case "minProperties":
      return at(`must not be empty; ${forExample(schema) ?? "fill it in or remove it"}`);
    default:
      return at(`${issue.message ?? "does not fit"}; got ${got}`);
  }
}

function unknownKey(
  root: JsonSchema,
  issue: ErrorObject,
  path: Path,
  schema: JsonSchema,
): Described {
  const name = (issue.params as { additionalProperty: string }).additionalProperty;
  const place = [...path, name];
  const at = (message: string): Described => ({ finding: errorAtKey(place, message) });
  if (schema["x-notYet"]?.includes(name) === true) {
    return at("is not supported by Slipway yet; remove it, or keep this service out for now");
  }
  const notHere = schema["x-notHere"]?.[name];
  if (notHere !== undefined) return at(notHere);
  const known = Object.keys(schema.properties ?? {});
  const meant = nearest(name, known);
  if (meant !== undefined) {
    return { ...at(`is not known here; did you mean "${meant}"?`), meant };
  }
  const elsewhere = placesOf(root, name);
  if (elsewhere.length > 0 && elsewhere.length < 3) {
    const where = elsewhere.map((text) => (text === "" ? "the top level" : `"${text}"`));
    return at(`is not known here; it belongs under ${anyOf(where)}`);
  }
  return at(
    known.length === 0
      ? "is not known here; nothing is expected here: remove it"
      : `is not known here; known are ${allOf(known)}`,
  );
}

function missingKey(root: JsonSchema, issue: ErrorObject, path: Path): Described {
  const name = (issue.params as { missingProperty: string }).missingProperty;
  const place = [...path, name];
  const example = schemaAt(root, place)?.examples?.[0];
  const cure =
    example === undefined ? "add it" : `add it, for example \`${name}: ${flow(example)}\``;
  return { finding: error(place, `is missing; ${cure}`) };
}

function wrongType(issue: ErrorObject, path: Path, schema: JsonSchema, source: Source): string {
  const types = [schema.type ?? []].flat();
  const written = source.written(path);
  const got = describeValue(issue.data, written);
  const wanted = schema["x-words"] ?? anyOf(types.map(typeInWords));
  const text = `must be ${wanted}; got ${got}`;
  return `${text}${cureForType(types, issue.data, written, schema)}`;
}

function cureForType(
  types: readonly string[],
  data: unknown,
  written: string | undefined,
  schema: JsonSchema,
): string {
  if (types.includes("string") && (typeof data === "number" || typeof data === "boolean")) {
    const text = written ?? String(data);
    // Quotes help only where the text in them is right.
    const isRight = schema.pattern === undefined || new RegExp(schema.pattern).test(text);
    if (isRight) return `, put it in quotes: "${text}"`;
  }
  if (typeof data === "string") {
    const isNumber = types.includes("integer") || types.includes("number");
    if (isNumber && /^[0-9]+$/.test(data)) return ", remove the quotes";
    if (types.includes("boolean") && /^(yes|on|y|true)$/i.test(data)) return ", write true";
    if (types.includes("boolean") && /^(no|off|n|false)$/i.test(data)) return ", write false";
    if (types.includes("array"))
      return `, put it in a list: [${/^[0-9.:]+$/.test(data) ? quote(data) : flow(data)}]`;
  }
  if (data === null) return ", give it a value or remove the key";
  const example = forExample(schema);
  return example === undefined ? "" : `, ${example}`;
}

function typeInWords(type: string): string {
  switch (type) {
    case "string":
      return "text";
    case "integer":
      return "a whole number";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    case "array":
      return "a list";
    case "object":
      return "a mapping of names to values";
    default:
      return "nothing";
  }
}

function wrongChoice(schema: JsonSchema, data: unknown, got: string): string {
  const choices = (schema.enum ?? [schema.const]).map(String);
  const meant = typeof data === "string" ? nearest(data, choices) : undefined;
  const cure = meant === undefined || choices.length === 1 ? "" : `; did you mean ${meant}?`;
  return `must be ${anyOf(choices)}; got ${got}${cure}`;
}

function wrongPattern(issue: ErrorObject, path: Path, schema: JsonSchema): Described {
  const wanted = schema.patternErrorMessage ?? `of the form ${schema.pattern ?? ""}`;
  const example = forExample(schema);
  const cure = example === undefined ? "" : `; ${example}`;
  if (issue.propertyName !== undefined) {
    const message = `must be named by ${wanted}${cure}`;
    return { finding: errorAtKey([...path, issue.propertyName], message) };
  }
  return { finding: error(path, `must be ${wanted}; got ${quote(issue.data)}${cure}`) };
}

function wrongMultiple(step: number, value: number): string {
  const below = Math.floor(value / step) * step;
  return `must be a multiple of ${step}; got ${value}, use ${below} or ${below + step}`;
}

function forExample(schema: JsonSchema): string | undefined {
  const example = schema.examples?.[0];
  return example === undefined ? undefined : `for example ${flow(example)}`;
}

/** A value on one line, as YAML. */
function flow(value: unknown): string {
  return stringify(value, {
    collectionStyle: "flow",
    lineWidth: 0,
    defaultStringType:
      typeof value === "string" && /^[0-9.]+$/.test(value) ? "QUOTE_DOUBLE" : "PLAIN",
  }).trim();
}
