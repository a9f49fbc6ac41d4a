import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import type { KubernetesObject } from "../../../../components/application/kubernetes";

/** The version whose definitions are asked, with which clusters are made. */
const version = "v1.34.1";

interface Definition {
  properties?: Record<string, Definition>;
  additionalProperties?: Definition | boolean;
  items?: Definition;
  type?: string | string[];
  format?: string;
  $ref?: string;
  readonly "x-kubernetes-group-version-kind"?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

interface Swagger {
  readonly definitions: Record<string, Definition>;
}

/**
 * Kubernetes' own OpenAPI definitions, as its Go module carries them. They are too large to be kept here: whoever builds
 * Kubernetes for the lab has them in the Go module cache; for others `undefined`, and the tests that need them are skipped.
 */
export function definitionsFile(): string | undefined {
  try {
    const cache = execFileSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" }).trim();
    const file = path.join(cache, `k8s.io/kubernetes@${version}/api/openapi-spec/swagger.json`);
    return existsSync(file) ? file : undefined;
  } catch {
    // No Go here.
    return undefined;
  }
}

/** What the API server would say of an object's shape: unknown fields, missing ones, and wrong types. */
export class Shapes {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  private readonly kinds = new Map<string, string>();
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(file: string) {
    const { definitions } = JSON.parse(readFileSync(file, "utf8")) as Swagger;
    for (const [name, definition] of Object.entries(definitions)) {
      for (const { group, version: of, kind } of definition["x-kubernetes-group-version-kind"] ??
        [])
        this.kinds.set(`${group === "" ? "" : `${group}/`}${of} ${kind}`, name);
      closed(definition);
    }
    this.ajv.addSchema({ $id: "kubernetes", definitions });
  }

  mistakes(object: KubernetesObject): readonly string[] {
    const name = this.kinds.get(`${object.apiVersion} ${object.kind}`);
    if (name === undefined) return [`no such kind: ${object.apiVersion} ${object.kind}`];
    let validate = this.compiled.get(name);
    if (validate === undefined) {
      validate = this.ajv.compile({ $ref: `kubernetes#/definitions/${name}` });
      this.compiled.set(name, validate);
    }
    if (validate(object)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message = "", params }: ErrorObject) =>
        `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }
}

/** Definitions let any field pass; the API server does not, when it is asked to be strict. */
function closed(definition: Definition): void {
  if (definition.properties !== undefined) {
    definition.additionalProperties ??= false;
    for (const property of Object.values(definition.properties)) closed(property);
  }
  if (definition.items !== undefined) closed(definition.items);
  if (definition.format === "int-or-string") definition.type = ["string", "integer"];
}
