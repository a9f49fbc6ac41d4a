import type { JsonSchema, Narrowing, SchemaRule } from "./jsonSchema";

/**
 * The schema of files in which a property has one value: the rules for this value (`allOf` with `if` and `then`) are
 * worked in, those for its other values are gone. Editors follow the rules themselves; for us one whole schema gives
 * the right defaults, and one message where a rule narrows what is said in general.
 */
export function variantOf(schema: JsonSchema, property: string, value: string): JsonSchema {
  const rules = schema.allOf ?? [];
  const isAbout = (rule: SchemaRule) => rule.if.properties?.[property]?.const;
  const base: JsonSchema = {
    ...decided(schema, property, value),
    allOf: rules.filter((rule) => isAbout(rule) === undefined),
  };
  const here = `\`${property}: ${value}\``;
  return rules
    .filter((rule) => isAbout(rule) === value)
    .reduce((merged, rule) => narrowed(merged, rule.then, here), base);
}

/** A file that leaves the property out has its default: where that is another value, it must be written. */
function decided(schema: JsonSchema, property: string, value: string): JsonSchema {
  const { default: fallback, ...deciding } = schema.properties?.[property] ?? {};
  if (fallback === value) return schema;
  return {
    ...schema,
    required: [...(schema.required ?? []), property],
    properties: { ...schema.properties, [property]: { ...deciding, examples: [value] } },
  };
}

/** One schema narrowed by another; `here` says in words where. */
function narrowed(schema: JsonSchema, narrowing: Narrowing, here: string): JsonSchema {
  const { properties, required, additionalProperties, items, ...rest } = narrowing;
  const own: Record<string, JsonSchema> = { ...schema.properties };
  const notHere: Record<string, string> = {};
  for (const [name, child] of Object.entries(properties ?? {})) {
    if (typeof child === "object") own[name] = narrowed(own[name] ?? {}, child, here);
    else if (child === false) {
      notHere[name] = `is not for ${here}; ${own[name]?.["x-instead"] ?? "remove it"}`;
      Reflect.deleteProperty(own, name);
    }
  }
  return {
    ...schema,
    ...rest,
    ...(properties !== undefined && { properties: own, "x-notHere": notHere }),
    ...(required !== undefined && { required: [...(schema.required ?? []), ...required] }),
    ...(additionalProperties !== undefined && {
      additionalProperties: narrowed(inner(schema), additionalProperties, here),
    }),
    ...(items !== undefined && { items: narrowed(schema.items ?? {}, items, here) }),
  };
}

function inner({ additionalProperties }: JsonSchema): JsonSchema {
  return typeof additionalProperties === "object" ? additionalProperties : {};
}
