/** Writes docs/reference/cluster.md from the schema: `node --require tsx/cjs components/spec/reference.ts`. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { format } from "prettier";
import { stringify } from "yaml";
import schema from "./cluster.schema.json";
import type { JsonSchema } from "./jsonSchema";

export const referenceFile = path.join(__dirname, "../../docs/reference/cluster.md");

const introduction = path.join(__dirname, "reference.intro.md");

/** The reference page of `cluster.yml`, as it is committed. */
export async function clusterReference(): Promise<string> {
  const text = [await readFile(introduction, "utf8"), ...section(schema, "")].join("\n\n");
  return format(text, { parser: "markdown", printWidth: 100 });
}

/** One heading and table for an object, then those of the objects in it. */
function section(object: JsonSchema, at: string): string[] {
  const properties = Object.entries(object.properties ?? {});
  const rows = properties.map(([name, property]) => row(name, property, object));
  const title = at === "" ? "## Top level" : `## \`${at}\``;
  return [
    title,
    object.description ?? "",
    ["| property | type | default | meaning |", "| --- | --- | --- | --- |", ...rows].join("\n"),
    ...properties.flatMap(([name, property]) => sectionsWithin(property, join(at, name))),
  ];
}

function sectionsWithin(schema: JsonSchema, at: string): string[] {
  if (schema.properties !== undefined) return section(schema, at);
  if (schema.items !== undefined) return sectionsWithin(schema.items, `${at}[]`);
  if (typeof schema.additionalProperties === "object") {
    return sectionsWithin(schema.additionalProperties, `${at}.<name>`);
  }
  return [];
}

function join(at: string, name: string): string {
  return at === "" ? name : `${at}.${name}`;
}

function row(name: string, property: JsonSchema, parent: JsonSchema): string {
  const required = parent.required?.includes(name) === true;
  const fallback = property.default === undefined ? "" : code(flow(property.default));
  const meaning = `${property.description ?? ""}${example(property)}`.replaceAll("|", "\\|");
  return `| \`${name}\` | ${typeOf(property)} | ${required ? "**required**" : fallback} | ${meaning} |`;
}

function example(property: JsonSchema): string {
  const [first] = property.examples ?? [];
  const isPlain = typeof first === "string" || typeof first === "number" || Array.isArray(first);
  const isChoice = property.enum !== undefined || property.const !== undefined;
  const text = isPlain && !isChoice ? flow(first) : "";
  return text === "" || text.length > 60 ? "" : ` Example: ${code(text)}`;
}

function typeOf(property: JsonSchema): string {
  if (property.const !== undefined) return code(flow(property.const));
  if (property.enum !== undefined)
    return property.enum.map((value) => code(flow(value))).join(", ");
  if (property.type === "string") return "text";
  if (property.type === "integer") return `whole number${bounds(property)}`;
  if (property.type === "boolean") return "true or false";
  if (property.type === "array") {
    return `list of ${property.items?.type === "object" ? "mappings" : "texts"}`;
  }
  return "mapping";
}

function bounds({ minimum, maximum, multipleOf }: JsonSchema): string {
  const range = minimum === undefined || maximum === undefined ? "" : `, ${minimum} to ${maximum}`;
  return multipleOf === undefined ? range : `${range} in steps of ${multipleOf}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function flow(value: unknown): string {
  const text = stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
  return text.replace(/^\{\s*\}$/, "{}").replace(/^\[\s*\]$/, "[]");
}

async function main(): Promise<void> {
  await writeFile(referenceFile, await clusterReference());
}

if (require.main === module) void main();
