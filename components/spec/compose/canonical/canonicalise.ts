import { childSchema, type JsonSchema } from "../../jsonSchema";
import type { Loading } from "../loading";
import { makeUnique } from "../merge/unique";
import type { Origin } from "../tree/origins";
import { isList, isMapping, type Mapping, type Value } from "../tree/value";
import * as collections from "./collections";
import type { At, Form } from "./form";
import { device, mount } from "./mounts";
import { ports } from "./ports";
import * as scalars from "./scalars";

/** By the names that the schema uses in `x-form`. */
const forms: Readonly<Record<string, Form>> = {
  boolean: scalars.boolean,
  integer: scalars.number,
  number: scalars.number,
  bytes: scalars.bytes,
  duration: scalars.duration,
  text: scalars.text,
  octal: scalars.octal,
  fileMode: scalars.fileMode,
  deviceCount: scalars.deviceCount,
  ulimit: scalars.ulimit,
  external: scalars.external,
  list: collections.list,
  texts: collections.texts,
  textList: collections.textList,
  environment: collections.environment,
  pairs: collections.pairs,
  command: collections.command,
  healthTest: collections.healthTest,
  hosts: collections.hosts,
  attachments: collections.attachments,
  dependencies: collections.dependencies,
  gpus: collections.gpus,
  ingress: collections.ingress,
  ports,
  mount,
  device,
};

/**
 * Brings the data of one file into its canonical form, in place: short forms become long ones, texts numbers. Defaults
 * are not filled in, because a file that is merged over another one must not reset what that says.
 */
export function canonicalise(
  data: Mapping,
  schema: JsonSchema,
  loading: Loading,
  origin: Origin,
): void {
  members(data, { loading, schema, origin, path: [], parent: undefined });
}

function members(container: Mapping | Value[], at: At): void {
  if (isList(container)) {
    items(container, at);
    return;
  }
  for (const name of Object.keys(container)) {
    const value = container[name];
    const schema = childSchema(at.schema, name);
    if (value === undefined || schema === undefined) continue;
    const origin = at.loading.origins.of(container, name) ?? at.origin;
    const here: At = { ...at, schema, origin, path: [...at.path, name], parent: container };
    const sound = canonical(value, here);
    if (sound === undefined) Reflect.deleteProperty(container, name);
    else container[name] = sound;
  }
}

function items(list: Value[], at: At): void {
  const { items: schema } = at.schema;
  if (schema === undefined) return;
  const { origins } = at.loading;
  const sound = origins.items(list, at.origin).flatMap(({ value, origin }, index) => {
    const here: At = { ...at, schema, origin, path: [...at.path, index], parent: undefined };
    const result = canonical(value, here);
    return result === undefined ? [] : [{ value: result, origin }];
  });
  list.splice(0, list.length, ...sound.map(({ value }) => value));
  sound.forEach(({ origin }, index) => {
    origins.set(list, index, origin);
  });
}

function canonical(value: Value, at: At): Value | undefined {
  const wrapped = wrap(value, at);
  const form = at.schema["x-form"];
  const sound = form === undefined ? wrapped : formOf(form)(wrapped, at);
  if (!isMapping(sound) && !isList(sound)) return sound;
  const { origins } = at.loading;
  if (origins.ofWhole(sound) === undefined) origins.adopt(sound, at.origin);
  members(sound, at);
  return isList(sound) ? makeUnique(sound, at.schema, at.loading, at.path) : sound;
}

function wrap(value: Value, at: At): Value {
  const name = at.schema["x-wrap"];
  if (name === undefined || typeof value !== "string") return value;
  return at.loading.origins.adopt<Mapping>({ [name]: value }, at.origin);
}

function formOf(name: string): Form {
  const form = forms[name];
  if (form === undefined)
    throw new Error(`the schema names the form ${name}, which does not exist`);
  return form;
}
