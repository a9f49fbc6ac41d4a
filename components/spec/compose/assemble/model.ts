import type { Variables } from "../../interpolation";
import type { Loading } from "../loading";
import { discard, mergeOver } from "../merge/merge";
import type { Mapping } from "../tree/value";
import { composeSchema, readUnit } from "../unit";
import { Extender } from "./extends";
import { importIncluded } from "./include";

/** What the files of one project have in common; an included project has its own. */
export interface Sources {
  readonly loading: Loading;
  /** Folder that relative paths start from. */
  readonly directory: string;
  readonly variables: Variables;
  /** First files of the projects that include this one. */
  readonly includedFrom: readonly string[];
}

/** The merged data of several files, with what they extend and include. Paths are absolute. */
export function assemble(files: readonly string[], sources: Sources): Mapping {
  const { loading, directory, variables } = sources;
  const model: Mapping = {};
  for (const file of files) {
    const unit = readUnit(loading, file, directory, variables);
    if (unit === undefined) continue;
    loading.origins.adopt(model, loading.origins.ofWhole(model) ?? unit.origin);
    new Extender(loading, variables).applyAll(unit);
    discard(model, unit.discards);
    importIncluded(unit, { ...sources, includedFrom: [...sources.includedFrom, file] });
    mergeOver(model, unit.data, { loading, schema: composeSchema(), path: [] });
  }
  return model;
}
