import { childSchema, type JsonSchema } from "../../jsonSchema";
import { isList, isMapping, type Mapping, type Value } from "../tree/value";

/** Leaves out what means nothing: `false`, 0, empty texts, lists and mappings, in place, where the schema has them. */
export function omitZeros(container: Mapping | Value[], schema: JsonSchema): void {
  if (isList(container)) {
    for (const item of container) {
      if ((isMapping(item) || isList(item)) && schema.items !== undefined) {
        omitZeros(item, schema.items);
      }
    }
    return;
  }
  for (const [name, value] of Object.entries(container)) {
    const child = childSchema(schema, name);
    if (child === undefined || name.startsWith("x-")) continue;
    if (isMapping(value) || isList(value)) omitZeros(value, child);
    if (schema.properties?.[name] !== undefined && isZero(value, child)) {
      Reflect.deleteProperty(container, name);
    }
  }
}

/** By form: how nothing is written. */
const zeros: Readonly<Record<string, string>> = { bytes: "0", duration: "0s" };

function isZero(value: Value | undefined, schema: JsonSchema): boolean {
  if (schema["x-zero"] === "keep") return value === undefined;
  if (isList(value)) return value.length === 0;
  if (isMapping(value)) return schema.properties === undefined && Object.keys(value).length === 0;
  return !value || value === zeros[schema["x-form"] ?? ""];
}
