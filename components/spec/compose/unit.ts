import { SchemaCheck } from "../schemaCheck";
import { dereference, type JsonSchema } from "../jsonSchema";
import { type Path, renderPath, SpecError } from "../problem";
import { Source } from "../source";
import { readSpecText } from "../text";
import type { Variables } from "../interpolation";
import { canonicalise } from "./canonical/canonicalise";
import { resolvePaths } from "./canonical/paths";
import rawSchema from "./compose.schema.json";
import type { Loading } from "./loading";
import { compact } from "./tree/compact";
import { convert } from "./tree/convert";
import type { Origin } from "./tree/origins";
import { composeTags } from "./tree/tags";
import { isMapping, type Mapping, mappingsAt } from "./tree/value";
import { nearest } from "../words";

/** One file, checked by the schema and in canonical form, not yet merged with others. */
export interface Unit {
  /** Absolute. */
  readonly file: string;
  readonly data: Mapping;
  /** Paths where what earlier files say does not count. */
  readonly discards: readonly Path[];
  readonly origin: Origin;
}

/** The schema with its references followed, for what is done by its annotations. */
let followed: JsonSchema | undefined;
export function composeSchema(): JsonSchema {
  return (followed ??= dereference(rawSchema as JsonSchema));
}

const check = new SchemaCheck(rawSchema as JsonSchema, false);

/** Reads a file; undefined when it is not readable at all, which is reported like all its problems. */
export function readUnit(
  loading: Loading,
  file: string,
  directory: string,
  variables: Variables,
): Unit | undefined {
  const shown = loading.folder.shown(file);
  loading.files.push(shown);
  try {
    return parseUnit(loading, new Source(shown, readSpecText(shown), { customTags: composeTags }), {
      file,
      directory,
      variables,
    });
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause;
    loading.problems.push(...cause.problems);
    return undefined;
  }
}

interface UnitPlace {
  readonly file: string;
  /** Folder that relative paths in the file start from. */
  readonly directory: string;
  readonly variables: Variables;
}

function parseUnit(loading: Loading, source: Source, place: UnitPlace): Unit | undefined {
  source.interpolate(place.variables, { unset: loading.unset, loneDollar: "keep" });
  const converted = convert(source, loading.origins);
  const root = source.document.contents;
  loading.problems.push(...source.problems);
  if (root === null) return undefined;
  const origin: Origin = { source, node: root };
  if ("bomb" in converted) {
    const message = "expands aliases (`*name`) too often; write the values out";
    loading.report({ source, node: converted.bomb }, [], message);
    return undefined;
  }
  const { data: whole } = converted;
  const other = isMapping(whole) ? otherKind(whole) : undefined;
  if (isMapping(whole) && other !== undefined) {
    loading.report(loading.origins.of(whole, "kind") ?? origin, ["kind"], other);
    return undefined;
  }
  const { data, findings } = check.check(converted.data, source, converted.unresolved);
  loading.problems.push(...findings.map((finding) => source.locate(finding)));
  for (const { path } of findings) loading.unsound.add(renderPath(path));
  for (const path of converted.unresolved) loading.unsound.add(renderPath(path));
  if (!isMapping(data)) return undefined;
  if (findings.length > 0 || converted.unresolved.length > 0) compact(data, loading.origins);
  remarkOnFile(data, loading, origin);
  canonicalise(data, composeSchema(), loading, origin);
  resolvePaths(data, place.directory);
  return { file: place.file, data, discards: converted.discards, origin };
}

/** What a file is that is no Compose file at all. */
function otherKind({ kind, apiVersion, services }: Mapping): string | undefined {
  if (kind === "Cluster") {
    return "is Cluster, where an application's Compose file is expected; name a stack.yml in this Pulumi stack's config";
  }
  if (kind === undefined || apiVersion === undefined || services !== undefined) return undefined;
  return "says that this is a Kubernetes manifest, where an application's Compose file is expected; name a stack.yml";
}

function remarkOnFile(data: Mapping, loading: Loading, origin: Origin): void {
  if (data.version !== undefined) {
    const place = loading.origins.of(data, "version") ?? origin;
    const message = "is obsolete in Compose and has no effect; remove it";
    loading.reportKey(place, ["version"], message, "warning");
  }
  const places: [Path, Mapping][] = [
    [[], data],
    ...["services", "volumes"].flatMap((kind) =>
      mappingsAt(data, kind).map(([name, member]): [Path, Mapping] => [[kind, name], member]),
    ),
  ];
  for (const [path, mapping] of places) {
    for (const name of Object.keys(mapping)) {
      if (!name.startsWith("x-") || name === "x-slipway") continue;
      if (nearest(name, ["x-slipway"]) === undefined) continue;
      const place = loading.origins.of(mapping, name) ?? origin;
      const message = 'is ignored, as extensions are; did you mean "x-slipway"?';
      loading.reportKey(place, [...path, name], message, "warning");
    }
  }
}
