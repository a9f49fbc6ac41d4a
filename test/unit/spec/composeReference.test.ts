import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import composeSchema from "../../../components/spec/compose/compose.schema.json";
import { fields } from "../../../components/spec/support/fields";
import { composeReference, composeReferenceFile } from "../../../components/spec/support/reference";

test("docs/reference/compose.md is what the table says today", async () => {
  assert.equal(
    readFileSync(composeReferenceFile, "utf8"),
    await composeReference(),
    "run `node --require tsx/cjs components/spec/support/reference.ts`",
  );
});

describe("the table says what becomes of every field that the schema knows", () => {
  const known = new Set(fields.map(({ field }) => field));
  const { properties } = serviceSchema();
  for (const name of Object.keys(properties)) {
    if (name === "x-slipway" || name === "deploy") continue;
    test(`services.*.${name}`, () => {
      assert.ok(known.has(`services.*.${name}`), "is missing in components/spec/support");
    });
  }
});

test("no field stands in the table twice", () => {
  const names = fields.map(({ field }) => field);
  assert.deepEqual(names, [...new Set(names)]);
});

interface ServiceSchema {
  readonly properties: Readonly<Record<string, unknown>>;
}

function serviceSchema(): ServiceSchema {
  const schema = composeSchema as unknown as {
    readonly properties: { readonly services: { readonly additionalProperties: object } };
    readonly definitions?: Readonly<Record<string, ServiceSchema>>;
  };
  const { additionalProperties } = schema.properties.services;
  const reference = (additionalProperties as { readonly $ref?: string }).$ref;
  if (reference === undefined) return additionalProperties as ServiceSchema;
  const found = schema.definitions?.[reference.split("/").at(-1) ?? ""];
  assert.ok(found, `${reference} is not in the schema`);
  return found;
}
