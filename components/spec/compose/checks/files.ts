import { error, errorAtKey, type Finding } from "../../finding";
import type { Severity } from "../../problem";
import { allOf } from "../../words";
import { isMapping, type Mapping, mappingsAt, textAt, type Value } from "../tree/value";
import type { CheckContext } from "./context";

const sources: Readonly<Record<string, readonly string[]>> = {
  configs: ["file", "environment", "content"],
  secrets: ["file", "environment"],
};

/** Configs and secrets need exactly one source, and it must be there. */
export function* checkFiles(model: Mapping, context: CheckContext): Iterable<Finding> {
  for (const [kind, fields] of Object.entries(sources)) {
    for (const [name, object] of mappingsAt(model, kind)) {
      const at = [kind, name];
      const given = fields.filter((field) => object[field] !== undefined);
      const taken = fields.some((field) => context.isUnsound([...at, field]));
      if (object.external === true) {
        if (given.length > 0) yield errorAtKey(at, externalWith(given));
      } else if (given.length > 1) {
        yield errorAtKey(at, `has ${allOf(given)}; keep one of them`);
      } else if (given.length === 0 && object.driver === undefined && !taken) {
        yield errorAtKey(
          at,
          `has no value; give it one of ${fields.join(", ")}, or external: true`,
        );
      }
      const file = textAt(object, "file");
      const complaint = file === undefined ? undefined : context.folder.complaint(file);
      if (complaint !== undefined) yield error([...at, "file"], complaint);
    }
  }
  yield* checkExternal(model, "volumes", "error");
  yield* checkExternal(model, "networks", "warning");
}

/** Settings beside `external`; of a network they do no harm. */
function* checkExternal(model: Mapping, kind: string, severity: Severity): Iterable<Finding> {
  for (const [name, resource] of mappingsAt(model, kind)) {
    if (resource.external !== true) continue;
    const own = Object.entries(resource).flatMap(([field, value]) =>
      /^(name|external|x-.*)$/.test(field) || isEmpty(value) ? [] : [field],
    );
    if (own.length > 0) yield { ...errorAtKey([kind, name], externalWith(own)), severity };
  }
}

function isEmpty(value: Value | undefined): boolean {
  return isMapping(value) && Object.keys(value).length === 0;
}

function externalWith(fields: readonly string[]): string {
  return `is external, so that ${allOf(fields)} ${fields.length === 1 ? "has" : "have"} no effect; remove one or the other`;
}
