import { PropertyDiff, type DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { decode, type Decoded } from "./codec";
import type { Difference } from "./handler";

/** A protobuf struct of the engine as plain, unwrapped data. Absent is the same as empty. */
export function decodeStruct(struct: Struct | undefined): Decoded {
  return decode(struct?.toJavaScript() ?? {});
}

export function toStruct(properties: Record<string, unknown>): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

/** Fills the engine's answer to a diff; each changed input is named so that the display can show it. */
export function fillDiff(
  response: DiffResponse,
  difference: Difference,
  olds: object,
  news: object,
): void {
  const replaces = difference.replaces ?? [];
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(difference.deleteBeforeReplace ?? false);
  const { changedPaths, changedKeys: changed = [] } = difference;
  if (changed.length === 0) return;
  response.setDiffsList([...changed]);
  response.setHasdetaileddiff(true);
  if (changedPaths !== undefined) {
    for (const { path, kind, isDrift } of changedPaths) {
      const diff = new PropertyDiff();
      diff.setInputdiff(isDrift !== true);
      diff.setKind(kinds[kind]);
      response.getDetaileddiffMap().set(path, diff);
    }
    return;
  }
  for (const key of changed) {
    const diff = new PropertyDiff();
    diff.setInputdiff(true);
    diff.setKind(kindOf(key in olds, key in news, replaces.includes(key)));
    response.getDetaileddiffMap().set(key, diff);
  }
}

const kinds = {
  added: PropertyDiff.Kind.ADD,
  deleted: PropertyDiff.Kind.DELETE,
  updated: PropertyDiff.Kind.UPDATE,
} as const;

function kindOf(before: boolean, after: boolean, replaces: boolean): PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = PropertyDiff.Kind;
  if (!before) return replaces ? ADD_REPLACE : ADD;
  if (!after) return replaces ? DELETE_REPLACE : DELETE;
  return replaces ? UPDATE_REPLACE : UPDATE;
}
