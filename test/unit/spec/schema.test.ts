import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import Ajv from "ajv";
import ts from "typescript";
import { parseCluster } from "../../../components/spec";
import clusterSchema from "../../../components/spec/cluster.schema.json";
import type { JsonSchema } from "../../../components/spec/jsonSchema";
import { fixtures } from "./golden";

interface Place {
  readonly path: string;
  readonly schema: JsonSchema;
}

function everyProperty(schema: JsonSchema, at = ""): Place[] {
  const children: [string, JsonSchema | boolean | undefined][] = [
    ...Object.entries(schema.properties ?? {}).map(([name, child]): [string, JsonSchema] => [
      at === "" ? name : `${at}.${name}`,
      child,
    ]),
    [`${at}.*`, schema.additionalProperties],
    [`${at}[]`, schema.items],
  ];
  return children.flatMap(([place, child]) =>
    typeof child === "object"
      ? [{ path: place, schema: child }, ...everyProperty(child, place)]
      : [],
  );
}

describe("the cluster schema tells editors about every property", () => {
  for (const { path: place, schema } of everyProperty(clusterSchema)) {
    test(place, () => {
      assert.ok((schema.title ?? "") !== "", "has no title");
      assert.match(schema.description ?? "", /^[A-Z`].*[.]$/, "has no description");
      assert.ok((schema.examples?.length ?? 0) > 0, "has no example");
      if (schema.pattern !== undefined) assert.ok(schema.patternErrorMessage, "has no words");
    });
  }
});

describe("the schemas are sound by the meta-schema and by ajv's strict mode", () => {
  for (const schema of [clusterSchema]) {
    test(schema.title, () => {
      const ajv = new Ajv({
        strict: true,
        strictTypes: false,
        strictRequired: false,
        allowUnionTypes: true,
      });
      ajv.addVocabulary(["patternErrorMessage", "x-notYet"]);
      assert.ok(ajv.validateSchema(schema), ajv.errorsText());
      assert.doesNotThrow(() => ajv.compile(schema));
    });
  }
});

describe("every example and default in the schemas is valid by itself", () => {
  const ajv = new Ajv({ strict: false });
  for (const root of [clusterSchema]) {
    for (const { path: place, schema } of everyProperty(root)) {
      test(`${root.title}: ${place}`, () => {
        assert.ok(schema.description, "has no description");
        const values = [...(schema.examples ?? [])];
        if (schema.default !== undefined) values.push(schema.default);
        for (const value of values) {
          assert.ok(ajv.validate(schema, value), `${JSON.stringify(value)}: ${ajv.errorsText()}`);
        }
      });
    }
  }
});

test("the defaults that the schema tells are those that the loader fills in", () => {
  const least = readFileSync(path.join(fixtures, "good/least.yml"), "utf8");
  const { spec } = parseCluster("least.yml", least);
  let compared = 0;
  const compare = (schema: JsonSchema, value: unknown, at: string) => {
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      const actual = (value as Record<string, unknown>)[name];
      if (typeof child.default !== "object" || Array.isArray(child.default)) {
        if (child.default === undefined) continue;
        assert.deepEqual(actual, child.default, `${at}.${name}`);
        compared++;
      }
    }
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      const actual = (value as Record<string, unknown>)[name];
      if (actual === undefined) continue;
      if (child.properties !== undefined) compare(child, actual, `${at}.${name}`);
      if (name === "nodePools" && typeof child.additionalProperties === "object") {
        compare(child.additionalProperties, spec.nodePools.managers, "nodePools.managers");
      }
    }
  };
  compare(clusterSchema, spec, "");
  assert.ok(compared > 15, `compared only ${compared} defaults`);
  assert.deepEqual(spec.os.expected, { id: "debian", versionId: "12" });
});

/** Properties that the loader computes, so that a file may leave them out and a spec has them. */
const computed = new Set([
  "ExistingHostSpec.name",
  "NodePoolSpec.count",
  "NodePoolSpec.numCpus",
  "NodePoolSpec.memoryMiB",
  "NodePoolSpec.diskGiB",
  "NodePoolSpec.antiAffinity",
  "IngressSpec.placement",
]);

describe("the schema and types.ts describe the same shape", () => {
  const file = path.join(__dirname, "../../../components/spec/cluster/types.ts");
  const source = ts.createSourceFile(
    file,
    readFileSync(file, "utf8"),
    ts.ScriptTarget.ES2022,
    true,
  );
  const interfaces = new Map(
    source.statements.filter(ts.isInterfaceDeclaration).map((node) => [node.name.text, node]),
  );

  const compare = (name: string, members: ts.NodeArray<ts.TypeElement>, schema: JsonSchema) => {
    const inTypes = members.filter(ts.isPropertySignature);
    test(name, () => {
      assert.deepEqual(
        inTypes.map((member) => member.name.getText()).sort(),
        Object.keys(schema.properties ?? {}).sort(),
      );
      for (const member of inTypes) {
        const key = member.name.getText();
        const written = schema.required?.includes(key) === true;
        const filled = schema.properties?.[key]?.default !== undefined;
        if (computed.has(`${name}.${key}`)) continue;
        const optional = member.questionToken !== undefined;
        assert.equal(optional, !written && !filled, `${key} is optional in one of the two only`);
      }
    });
    for (const member of inTypes) {
      const child = schema.properties?.[member.name.getText()];
      if (child !== undefined && member.type !== undefined) descend(member.type, child, name);
    }
  };

  const descend = (type: ts.TypeNode, schema: JsonSchema, owner: string): void => {
    if (ts.isTypeOperatorNode(type)) {
      descend(type.type, schema, owner);
    } else if (ts.isArrayTypeNode(type)) {
      // CA certificates are paths in the file and contents in the spec.
      if (schema.items?.type === "object") descend(type.elementType, schema.items, owner);
    } else if (ts.isTypeLiteralNode(type)) {
      compare(`${owner}, within`, type.members, schema);
    } else if (ts.isTypeReferenceNode(type)) {
      const inner = type.typeArguments?.[type.typeArguments.length - 1];
      const declared = interfaces.get(type.typeName.getText());
      if (declared !== undefined) compare(declared.name.text, declared.members, schema);
      else if (type.typeName.getText() === "Record" && inner !== undefined) {
        if (typeof schema.additionalProperties === "object") {
          descend(inner, schema.additionalProperties, owner);
        }
      } else if (inner !== undefined) descend(inner, schema, owner);
    }
  };

  const root = interfaces.get("ClusterSpec");
  assert.ok(root);
  compare("ClusterSpec", root.members, clusterSchema);
});
