/** The places of a Compose file that the schema speaks of, found by the schema alone. */
import composeSchema from "../../../components/spec/compose/compose.schema.json";

/** The part of JSON Schema that the Compose schema uses, references included. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
}

/** A value in a file that the schema has a say about. */
export interface Site {
  readonly path: readonly (string | number)[];
  /** Of the value. */
  readonly schema: Schema;
  /** Of the mapping or list that holds it. */
  readonly parent: Schema;
  /** Place in the schema: `.services.*.ports[].target`. */
  readonly pattern: string;
}

const root: Schema = composeSchema as Schema;
const definitions = composeSchema.definitions as Readonly<Record<string, Schema>>;

function resolved({ $ref, ...rest }: Schema): Schema {
  if ($ref === undefined) return rest;
  const name = $ref.replace("#/definitions/", "");
  const target = definitions[name];
  if (target === undefined) throw new Error(`the schema has no definition ${name}`);
  return { ...resolved(target), ...rest };
}

/** The sites of a file's data, each before those below it. */
export function sitesOf(data: unknown, parent = resolved(root), above?: Site): Site[] {
  if (typeof data !== "object" || data === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(data)
    ? data.map((value, index) => [index, value])
    : Object.entries(data);
  return entries.flatMap(([step, value]) => {
    const child = childOf(parent, step);
    if (child === undefined) return [];
    const pattern = `${above?.pattern ?? ""}${child.pattern}`;
    const site = { path: [...(above?.path ?? []), step], schema: child.schema, parent, pattern };
    return [site, ...sitesOf(value, child.schema, site)];
  });
}

function childOf(
  parent: Schema,
  step: string | number,
): { schema: Schema; pattern: string } | undefined {
  if (typeof step === "number")
    return parent.items && { schema: resolved(parent.items), pattern: "[]" };
  const own = parent.properties?.[step];
  if (own !== undefined) return { schema: resolved(own), pattern: `.${step}` };
  return typeof parent.additionalProperties === "object"
    ? { schema: resolved(parent.additionalProperties), pattern: ".*" }
    : undefined;
}

/** Places of the schema that none of the sites is at. */
export function missedPaths(sites: readonly Site[]): string[] {
  const visited = new Set(sites.map(({ pattern }) => pattern));
  return patternsBelow(resolved(root), "").filter((pattern) => !visited.has(pattern));
}

function patternsBelow(schema: Schema, at: string): string[] {
  const children: [string, Schema][] = Object.entries(schema.properties ?? {}).map(
    ([name, child]) => [`${at}.${name}`, child],
  );
  if (typeof schema.additionalProperties === "object")
    children.push([`${at}.*`, schema.additionalProperties]);
  if (schema.items !== undefined) children.push([`${at}[]`, schema.items]);
  return children.flatMap(([pattern, child]) => [
    pattern,
    ...patternsBelow(resolved(child), pattern),
  ]);
}
