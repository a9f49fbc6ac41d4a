import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import Ajv from "ajv";
import { parse } from "yaml";
import clusterSchema from "../../../components/spec/cluster.schema.json";
import { schemaOf } from "../../../components/spec/cluster/schemaFor";
import type { JsonSchema } from "../../../components/spec/jsonSchema";
import { variantOf } from "../../../components/spec/variants";
import { fixtures, yamlFiles } from "./golden";

const schema: JsonSchema = {
  required: ["name"],
  properties: {
    kind: { enum: ["cat", "dog"], default: "cat", examples: ["cat"] },
    name: { type: "string" },
    lives: { type: "integer", "x-instead": "dogs have one" },
    tricks: { items: { type: "string" } },
  },
  allOf: [
    {
      if: { properties: { kind: { const: "cat" } } },
      then: { required: ["lives"], properties: { tricks: false } },
    },
    {
      if: { required: ["kind"], properties: { kind: { const: "dog" } } },
      then: { properties: { lives: false, tricks: { items: { pattern: "^s" } } } },
    },
    { if: { required: ["tricks"] }, then: { required: ["lives"] } },
  ],
};

describe("the schema of files with one value of a property", () => {
  const cat = variantOf(schema, "kind", "cat");
  const dog = variantOf(schema, "kind", "dog");

  test("has what the rule for it asks for, and no other rule about it", () => {
    assert.deepEqual(cat.required, ["name", "lives"]);
    assert.deepEqual(dog.properties?.tricks?.items, { type: "string", pattern: "^s" });
    assert.deepEqual(cat.allOf, [schema.allOf?.[2]]);
    assert.deepEqual(dog.allOf, cat.allOf);
  });

  test("says of what is forbidden what to do instead", () => {
    assert.deepEqual(Object.keys(dog.properties ?? {}), ["kind", "name", "tricks"]);
    assert.deepEqual(dog["x-notHere"], { lives: "is not for `kind: dog`; dogs have one" });
    assert.deepEqual(cat["x-notHere"], { tricks: "is not for `kind: cat`; remove it" });
  });

  test("asks for the property itself where its default is another value", () => {
    assert.deepEqual(cat.properties?.kind, schema.properties?.kind);
    assert.deepEqual(dog.required, ["name", "kind"]);
    assert.deepEqual(dog.properties?.kind, { enum: ["cat", "dog"], examples: ["dog"] });
  });
});

describe("editors, which follow the rules of the schema, and Slipway judge alike", () => {
  const compiled = (one: JsonSchema) => new Ajv({ strict: false }).compile(one);
  const asEditors = compiled(clusterSchema);
  const asSlipway = {
    swarm: compiled(schemaOf("swarm")),
    kubernetes: compiled(schemaOf("kubernetes")),
  };
  for (const folder of ["cluster", "good", "mutations"]) {
    for (const name of yamlFiles(folder)) {
      const text = readFileSync(path.join(fixtures, folder, `${name}.yml`), "utf8");
      const data = plain(text);
      if (data === undefined) continue;
      test(`${folder}/${name}`, () => {
        const own = data.orchestrator === "kubernetes" ? "kubernetes" : "swarm";
        assert.equal(asEditors(data), asSlipway[own](data));
      });
    }
  }
});

/** A mapping; undefined for what is no sound YAML, or no mapping. */
function plain(text: string): { readonly orchestrator?: unknown } | undefined {
  try {
    const data = parse(text, { merge: true }) as unknown;
    return typeof data === "object" && data !== null ? data : undefined;
  } catch {
    return undefined;
  }
}
