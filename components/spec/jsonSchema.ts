/** The part of JSON Schema (draft 7) that our schemas use. */
export interface JsonSchema {
  readonly $id?: string;
  /** `#/definitions/<name>`; beside it only annotations. */
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
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
  /** What counts beside this where a condition holds. */
  readonly allOf?: readonly SchemaRule[];
  /** Properties that the format knows and Slipway does not honour yet. */
  readonly "x-notYet"?: readonly string[];
  /** What to do with this property where a rule forbids it. Default: remove it. */
  readonly "x-instead"?: string;
  /** Properties that a rule forbids here, each with what is wrong and what to do; made by `variantOf`. */
  readonly "x-notHere"?: Readonly<Record<string, string>>;
  /** What a value must be, in words, where its types alone would say too much. */
  readonly "x-words"?: string;
  /** How a value is brought into its canonical form; names in compose/canonical. */
  readonly "x-form"?: string;
  /** Property that a short form stands for: the text becomes a mapping with it. */
  readonly "x-wrap"?: string;
  /** How values of several files are merged, where not by their type; names in compose/merge. */
  readonly "x-merge"?: string;
  /** What must be unique among the items of a list; names in compose/merge/unique. */
  readonly "x-unique"?: string;
  /** Zero values mean something here and are kept. */
  readonly "x-zero"?: "keep";
}

/** A condition on properties, and what else counts where it holds. */
export interface SchemaRule {
  readonly if: {
    readonly required?: readonly string[];
    readonly properties?: Readonly<Record<string, { readonly const: unknown } | undefined>>;
  };
  readonly then: Narrowing;
}

/** What a rule says of a schema; `false` forbids a property. */
export interface Narrowing extends Omit<
  JsonSchema,
  "properties" | "additionalProperties" | "items"
> {
  readonly properties?: Readonly<Record<string, Narrowing | boolean | undefined>>;
  readonly additionalProperties?: Narrowing;
  readonly items?: Narrowing;
}

/** Annotations that the validator lets pass. */
export const annotations = [
  "patternErrorMessage",
  "x-notYet",
  "x-instead",
  "x-notHere",
  "x-words",
  "x-form",
  "x-wrap",
  "x-merge",
  "x-unique",
  "x-zero",
];

/** The same schema with every reference followed. What is referred to is shared, not repeated. */
export function dereference(root: JsonSchema): JsonSchema {
  const done = new Map<JsonSchema, JsonSchema>();
  const follow = (schema: JsonSchema): JsonSchema => {
    const known = done.get(schema);
    if (known !== undefined) return known;
    const target = schema.$ref === undefined ? undefined : definition(root, schema.$ref);
    const result: Record<string, unknown> = {
      ...(target === undefined ? {} : follow(target)),
      ...schema,
    };
    delete result.$ref;
    delete result.definitions;
    done.set(schema, result);
    for (const keyword of ["items", "additionalProperties"]) {
      const child = result[keyword];
      if (typeof child === "object") result[keyword] = follow(child as JsonSchema);
    }
    if (schema.properties !== undefined) {
      result.properties = Object.fromEntries(
        Object.entries(schema.properties).map(([name, child]) => [name, follow(child)]),
      );
    }
    return result;
  };
  return follow(root);
}

function definition(root: JsonSchema, ref: string): JsonSchema {
  const found = root.definitions?.[ref.replace("#/definitions/", "")];
  if (found === undefined) throw new Error(`the schema refers to ${ref}, which it does not define`);
  return found;
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
