/** Data of a YAML file: plain JavaScript values. */
export type Value = null | boolean | number | string | Value[] | Mapping;

export interface Mapping {
  [name: string]: Value | undefined;
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is Value[] {
  return Array.isArray(value);
}

/** The mapping under a name; undefined when there is none. */
export function mappingAt(parent: Mapping | undefined, name: string): Mapping | undefined {
  const value = parent?.[name];
  return isMapping(value) ? value : undefined;
}

/** The list under a name; empty when there is none. */
export function listAt(parent: Mapping | undefined, name: string): Value[] {
  const value = parent?.[name];
  return isList(value) ? value : [];
}

/** The text under a name; undefined when there is none. */
export function textAt(parent: Mapping | undefined, name: string): string | undefined {
  const value = parent?.[name];
  return typeof value === "string" ? value : undefined;
}

/** The mappings under a name, with their own names: services, networks… */
export function mappingsAt(parent: Mapping | undefined, name: string): [string, Mapping][] {
  return Object.entries(mappingAt(parent, name) ?? {}).filter((entry): entry is [string, Mapping] =>
    isMapping(entry[1]),
  );
}

/** A scalar as text; mappings and lists as JSON. */
export function plain(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
