import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import type { Finding } from "./finding";
import { annotations, dereference, type JsonSchema } from "./jsonSchema";
import { describeSchemaError } from "./schemaMessages";
import { type Path, renderPath } from "./problem";
import type { Source } from "./source";

/** Data after the schema: defaults filled in, values that do not fit removed, and what was wrong with them. */
export interface Checked {
  readonly data: unknown;
  readonly findings: readonly Finding[];
}

/** Holds data against one schema; the schema is compiled when it is first needed. */
export class SchemaCheck {
  private compiled: ValidateFunction | undefined;

  private followed: JsonSchema | undefined;

  /** `fillsIn`: whether the schema's defaults become part of the data. */
  constructor(
    private readonly schema: JsonSchema,
    private readonly fillsIn = true,
  ) {}

  /**
   * Fills in defaults and reports everything that does not fit. What is reported is taken out of the data, so that
   * later checks can still judge the rest.
   */
  run(source: Source): Checked {
    return this.check(source.data(), source);
  }

  /** As `run`, for data that was read from the source in another way; changes it. */
  check(data: unknown, source: Source, unjudged: readonly Path[] = source.unresolved): Checked {
    let errors = this.errors(data);
    if (coerceInterpolated(data, errors, source)) errors = this.errors(data);
    const unresolved = new Set(unjudged.map(renderPath));
    const sound = errors.filter((issue) => !unresolved.has(renderPath(pathOf(issue, data))));
    const findings =
      sound.length === 0 ? [] : describeAll(this.followedSchema(), sound, data, source);
    const pruned = prune(data, errors);
    for (const path of unjudged) set(pruned, path, undefined);
    return { data: pruned, findings };
  }

  private errors(data: unknown): readonly ErrorObject[] {
    this.compiled ??= compile(this.schema, this.fillsIn);
    return this.compiled(data) ? [] : (this.compiled.errors ?? []);
  }

  private followedSchema(): JsonSchema {
    return (this.followed ??= dereference(this.schema));
  }
}

function compile(schema: JsonSchema, useDefaults: boolean): ValidateFunction {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    useDefaults,
    allowUnionTypes: true,
    // `if` and `then` name properties whose types stand elsewhere in the schema.
    strictTypes: false,
    // Half of the time to compile; the unit tests hold the schemas against their meta-schema.
    meta: false,
    validateSchema: false,
    code: { optimize: false },
  });
  ajv.addVocabulary(annotations);
  return ajv.compile(schema);
}

function describeAll(
  schema: JsonSchema,
  errors: readonly ErrorObject[],
  data: unknown,
  source: Source,
): Finding[] {
  const findings: Finding[] = [];
  const meant = new Set<string>();
  const byUnknownFirst = [...errors].sort((a, b) => rank(a) - rank(b));
  for (const issue of byUnknownFirst) {
    const described = describeSchemaError(schema, issue, pathOf(issue, data), source);
    if (described === undefined) continue;
    // A misspelt key is one mistake, not an unknown one and a missing one.
    if (described.meant !== undefined) meant.add(`${issue.instancePath}/${described.meant}`);
    if (issue.keyword === "required") {
      const missing = (issue.params as { missingProperty: string }).missingProperty;
      if (meant.has(`${issue.instancePath}/${missing}`)) continue;
    }
    findings.push(described.finding);
  }
  return findings;
}

function rank(issue: ErrorObject): number {
  return issue.keyword === "additionalProperties" ? 0 : 1;
}

/** The path of the value that an error is about, with list indices as numbers. */
function pathOf(issue: ErrorObject, data: unknown): Path {
  let value = data;
  const steps = issue.instancePath.split("/").slice(1);
  return steps.map((text) => {
    const name = text.replaceAll("~1", "/").replaceAll("~0", "~");
    const step = Array.isArray(value) ? Number(name) : name;
    value = (value as Record<string | number, unknown>)[step];
    return step;
  });
}

/** A variable's value is text: where the schema wants a number or a truth value, it is read as one. */
function coerceInterpolated(
  data: unknown,
  errors: readonly ErrorObject[],
  source: Source,
): boolean {
  let changed = false;
  for (const issue of errors) {
    if (issue.keyword !== "type" || typeof issue.data !== "string") continue;
    const path = pathOf(issue, data);
    if (!source.isInterpolated(path)) continue;
    const types = (issue.params as { type: string | readonly string[] }).type;
    const value = coerce(issue.data, new Set([types].flat()));
    if (value === undefined) continue;
    set(data, path, value);
    changed = true;
  }
  return changed;
}

function coerce(text: string, types: ReadonlySet<string>): unknown {
  if (types.has("boolean") && /^(true|false)$/.test(text)) return text === "true";
  const isNumber = types.has("integer") || types.has("number");
  if (isNumber && /^-?[0-9]+(\.[0-9]+)?$/.test(text)) return Number(text);
  return undefined;
}

function prune(data: unknown, errors: readonly ErrorObject[]): unknown {
  let root = data;
  for (const issue of errors) {
    const path = pathOf(issue, data);
    switch (issue.keyword) {
      // The object itself is sound: what is missing is missing.
      case "required":
      case "if":
      case "propertyNames":
      case "minProperties":
        break;
      case "additionalProperties":
        set(data, [...path, additional(issue)], undefined);
        break;
      default:
        if (issue.propertyName !== undefined) break;
        if (path.length === 0) root = undefined;
        else set(data, path, undefined);
    }
  }
  return root;
}

function additional(issue: ErrorObject): string {
  return (issue.params as { additionalProperty: string }).additionalProperty;
}

function set(data: unknown, path: Path, value: unknown): void {
  let parent = data;
  for (const step of path.slice(0, -1)) {
    if (typeof parent !== "object" || parent === null) return;
    parent = (parent as Record<string | number, unknown>)[step];
  }
  const last = path[path.length - 1];
  if (typeof parent !== "object" || parent === null || last === undefined) return;
  (parent as Record<string | number, unknown>)[last] = value;
}
