/** The part of JSON Schema (draft 7) that our schemas use. */
export interface JsonSchema {
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly pattern?: string;
  /** What the pattern asks for, in words; the YAML language server shows it too. */
  readonly patternErrorMessage?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly minProperties?: number;
  /** Properties that the format knows and Slipway does not honour yet. */
  readonly "x-notYet"?: readonly string[];
}

/** The schema of one property or list item; undefined when the schema has none. */
export function childSchema(schema: JsonSchema, step: string | number): JsonSchema | undefined {
  if (typeof step === "number") return schema.items;
  const own = schema.properties?.[step];
  if (own !== undefined) return own;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

/** The schema at a path of the data. */
export function schemaAt(
  root: JsonSchema,
  path: readonly (string | number)[],
): JsonSchema | undefined {
  let schema: JsonSchema | undefined = root;
  for (const step of path) {
    schema = schema === undefined ? undefined : childSchema(schema, step);
  }
  return schema;
}

/** Where in the schema properties of this name are, as path texts (`vsphere`, `nodePools.<name>`); the root is "". */
export function placesOf(root: JsonSchema, name: string): string[] {
  const places: string[] = [];
  const search = (schema: JsonSchema, path: string) => {
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      if (key === name) places.push(path);
      search(child, path === "" ? key : `${path}.${key}`);
    }
    if (typeof schema.additionalProperties === "object") {
      search(schema.additionalProperties, `${path}.<name>`);
    }
    if (schema.items !== undefined) search(schema.items, `${path}[]`);
  };
  search(root, "");
  return places;
}
