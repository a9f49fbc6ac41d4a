import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import Ajv from "ajv";
import rawSchema from "../../../../components/spec/compose/compose.schema.json";
import { annotations, dereference, type JsonSchema } from "../../../../components/spec/jsonSchema";

const schema = dereference(rawSchema as JsonSchema);
const folder = path.join(__dirname, "../../../../components/spec/compose");

/** Every property once, however often it is referred to. */
function everyProperty(root: JsonSchema): [string, JsonSchema][] {
  const found = new Map<JsonSchema, string>();
  const search = (one: JsonSchema, at: string) => {
    const children: [string, JsonSchema | boolean | undefined][] = [
      ...Object.entries(one.properties ?? {}),
      ["*", one.additionalProperties],
      ["[]", one.items],
    ];
    for (const [name, child] of children) {
      if (typeof child !== "object" || found.has(child)) continue;
      found.set(child, `${at}.${name}`);
      search(child, `${at}.${name}`);
    }
  };
  search(root, "");
  return [...found].map(([one, at]) => [at.slice(1), one]);
}

const properties = everyProperty(schema);

test("the schema is sound by the meta-schema and by ajv's strict mode", () => {
  const ajv = new Ajv({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
  });
  ajv.addVocabulary(annotations);
  assert.ok(ajv.validateSchema(rawSchema), ajv.errorsText());
  assert.doesNotThrow(() => ajv.compile(rawSchema));
});

describe("editors are told what each property is, with an example that is valid by itself", () => {
  const ajv = new Ajv({ strict: false });
  for (const [at, one] of properties) {
    test(at, () => {
      assert.match(one.description ?? "", /^[A-Z`].*[.]$|^NAME=value[.]$|^(name|host)=\w+[.]$/);
      assert.ok((one.examples?.length ?? 0) > 0, "has no example");
      if (one.pattern !== undefined) assert.ok(one.patternErrorMessage, "has no words");
      for (const example of one.examples ?? []) {
        assert.ok(ajv.validate(one, example), `${JSON.stringify(example)}: ${ajv.errorsText()}`);
      }
    });
  }
});

test("the forms and keys that the schema names exist", () => {
  const code = ["canonical/canonicalise.ts", "merge/unique.ts", "merge/merge.ts"]
    .map((name) => readFileSync(path.join(folder, name), "utf8"))
    .join("\n");
  for (const [at, one] of properties) {
    for (const keyword of ["x-form", "x-merge", "x-unique"] as const) {
      const name = one[keyword];
      if (name === undefined) continue;
      assert.match(code, new RegExp(`(^ {2}${name}\\b)|("${name}")`, "m"), `${at}: ${name}`);
    }
  }
});
