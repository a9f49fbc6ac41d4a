import { error, errorAtKey, type Finding } from "../../finding";
import { allOf } from "../../words";
import { type Mapping, mappingsAt, textAt } from "../tree/value";
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
  for (const [name, volume] of mappingsAt(model, "volumes")) {
    if (volume.external !== true) continue;
    const own = Object.keys(volume).filter((field) => !/^(name|external|x-.*)$/.test(field));
    if (own.length > 0) yield errorAtKey(["volumes", name], externalWith(own));
  }
}

function externalWith(fields: readonly string[]): string {
  return `is external, so that ${allOf(fields)} has no effect; remove one or the other`;
}
