import { childSchema, type JsonSchema } from "../../jsonSchema";
import type { Path } from "../../problem";
import type { Loading } from "../loading";
import { isList, isMapping, type Mapping, plain, type Value } from "../tree/value";
import { makeUnique } from "./unique";

interface At {
  readonly loading: Loading;
  readonly schema: JsonSchema | undefined;
  readonly path: Path;
}

/**
 * Merges a mapping over another one, in place, by the rules of the Compose Specification: mappings by their names,
 * lists one after the other, everything else is replaced; the schema's `x-merge` and `x-unique` say where it is
 * otherwise. Both must be in canonical form.
 */
export function mergeOver(base: Mapping, over: Mapping, at: At): void {
  const { origins } = at.loading;
  for (const [name, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const known = Object.hasOwn(base, name) ? base[name] : undefined;
    const origin = origins.of(over, name);
    const here: At = {
      ...at,
      path: [...at.path, name],
      schema: at.schema === undefined ? undefined : childSchema(at.schema, name),
    };
    const replaces = known === undefined || (value === null && nullIsValue(at.schema));
    const merged = replaces ? value : merge(known, value, here, over, name);
    base[name] = merged;
    if (merged === value) origins.set(base, name, origin);
  }
}

/** A variable without a value takes that of the environment: it says something. */
function nullIsValue(schema: JsonSchema | undefined): boolean {
  return schema?.["x-form"] === "environment";
}

function merge(base: Value, over: Value, at: At, parent: Mapping, name: string): Value {
  const rule = at.schema?.["x-merge"];
  if (rule === "replace") return over;
  if (over === null) return base;
  if (base === null) return over;
  if (isMapping(base) && isMapping(over)) {
    if (rule === "driver" && drivesOtherwise(base, over)) return over;
    mergeOver(base, over, at);
    return base;
  }
  if (isList(base) && isList(over)) return mergeLists(base, over, at);
  if (typeof base !== "object" && typeof over !== "object") return over;
  const origin = at.loading.origins.of(parent, name);
  if (origin !== undefined) {
    at.loading.report(
      origin,
      at.path,
      "is of another kind than in the file before; write it alike",
    );
  }
  return base;
}

/** Options of one logging driver mean nothing to another one. */
function drivesOtherwise(base: Mapping, over: Mapping): boolean {
  return base.driver !== undefined && over.driver !== undefined && base.driver !== over.driver;
}

function mergeLists(base: Value[], over: Value[], at: At): Value[] {
  const { origins } = at.loading;
  const rule = at.schema?.["x-merge"];
  const whole = origins.ofWhole(over) ?? origins.ofWhole(base);
  if (whole === undefined) return [...base, ...over];
  const added = origins.items(over, whole).filter(({ value }) => {
    if (rule === "hosts") return !base.includes(value);
    return rule !== "subnets" || !mergedIntoSubnet(base, value, at);
  });
  const list = origins.list([...origins.items(base, whole), ...added], whole);
  return at.schema === undefined ? list : makeUnique(list, at.schema, at.loading, at.path);
}

function mergedIntoSubnet(base: readonly Value[], pool: Value, at: At): boolean {
  if (!isMapping(pool)) return false;
  const same = base.filter(isMapping).find(({ subnet }) => plain(subnet) === plain(pool.subnet));
  if (same === undefined) return false;
  mergeOver(same, pool, { ...at, schema: at.schema?.items });
  return true;
}

/** Removes what `!reset` and `!override` of a later file say does not count. */
export function discard(data: Mapping, paths: readonly Path[]): void {
  for (const path of paths) {
    let parent: Value | undefined = data;
    for (const step of path.slice(0, -1)) {
      parent = isMapping(parent) ? parent[String(step)] : undefined;
    }
    if (isMapping(parent)) Reflect.deleteProperty(parent, String(path[path.length - 1]));
  }
}
