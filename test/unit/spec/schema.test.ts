import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import Ajv from "ajv";
import ts from "typescript";
import { parseCluster } from "../../../components/spec";
import clusterSchema from "../../../components/spec/cluster.schema.json";
import { schemaOf } from "../../../components/spec/cluster/schemaFor";
import { annotations, type JsonSchema } from "../../../components/spec/jsonSchema";
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
      ajv.addVocabulary(annotations);
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

describe("the defaults that the schema tells are those that the loader fills in", () => {
  for (const [orchestrator, file, pool] of [
    ["swarm", "good/least.yml", "managers"],
    ["kubernetes", "good/kubernetes-least.yml", "workers"],
  ] as const) {
    test(orchestrator, () => {
      const { spec } = parseCluster(file, readFileSync(path.join(fixtures, file), "utf8"));
      let compared = 0;
      const compare = (schema: JsonSchema, value: unknown, at: string) => {
        for (const [name, child] of Object.entries(schema.properties ?? {})) {
          if (consumed.has(name)) continue;
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
            compare(child.additionalProperties, spec.nodePools[pool], `nodePools.${pool}`);
          }
        }
      };
      compare(schemaOf(orchestrator), spec, "");
      assert.ok(compared > 15, `compared only ${compared} defaults`);
      assert.deepEqual(spec.os.expected, { id: "debian", versionId: "12" });
    });
  }
});

/** What is written for the whole cluster and counts for each pool. */
const consumed = new Set(["reserved"]);

/** Properties that the loader computes, so that a file may leave them out and a spec has them. */
const computed = new Set([
  "name",
  "count",
  "numCpus",
  "memoryMiB",
  "diskGiB",
  "antiAffinity",
  "placement",
  "images",
  "networkPolicy",
]);

/** Properties of a spec that the file does not have in this place, or not with this orchestrator. */
const added = new Set([
  "KubernetesNodePoolSpec.reserved",
  "KubernetesNodePoolSpec.dataDiskGiB",
  "KubernetesNodePoolSpec.keepDataDisk",
]);

describe("the schema and the types describe the same shape", () => {
  const interfaces = new Map(
    ["types.ts", "kubernetesSpec.ts", "platformSpec.ts"]
      .map((name) => path.join(__dirname, "../../../components/spec/cluster", name))
      .flatMap((file) => [
        ...ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true)
          .statements,
      ])
      .filter(ts.isInterfaceDeclaration)
      .map((node) => [node.name.text, node]),
  );

  /** Members with those of what the interface extends, by name; its own count. */
  const membersOf = (node: ts.InterfaceDeclaration): Map<string, ts.PropertySignature> =>
    new Map([
      ...(node.heritageClauses ?? [])
        .flatMap(({ types }) => [...types])
        .flatMap(({ expression }) => {
          const base = interfaces.get(expression.getText());
          return base === undefined ? [] : [...membersOf(base)];
        }),
      ...propertiesIn(node.members),
    ]);

  const compare = (
    name: string,
    members: Map<string, ts.PropertySignature>,
    schema: JsonSchema,
  ) => {
    const inFile = [...members].filter(([key]) => !added.has(`${name}.${key}`));
    test(`${name}: ${schema.title ?? ""}`, () => {
      assert.deepEqual(
        inFile.map(([key]) => key).sort(),
        Object.keys(schema.properties ?? {})
          .filter((key) => !consumed.has(key))
          .sort(),
      );
      for (const [key, member] of inFile) {
        const written = schema.required?.includes(key) === true;
        const filled = schema.properties?.[key]?.default !== undefined;
        if (computed.has(key) && !written) continue;
        const optional = member.questionToken !== undefined;
        assert.equal(optional, !written && !filled, `${key} is optional in one of the two only`);
      }
    });
    for (const [key, member] of inFile) {
      const child = schema.properties?.[key];
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
      compare(`${owner}, within`, propertiesIn(type.members), schema);
    } else if (ts.isTypeReferenceNode(type)) {
      const inner = type.typeArguments?.[type.typeArguments.length - 1];
      const declared = interfaces.get(type.typeName.getText());
      if (declared !== undefined) compare(declared.name.text, membersOf(declared), schema);
      else if (type.typeName.getText() === "Record" && inner !== undefined) {
        if (typeof schema.additionalProperties === "object") {
          descend(inner, schema.additionalProperties, owner);
        }
      } else if (inner !== undefined) descend(inner, schema, owner);
    }
  };

  for (const [orchestrator, name] of [
    ["swarm", "SwarmClusterSpec"],
    ["kubernetes", "KubernetesClusterSpec"],
  ] as const) {
    const root = interfaces.get(name);
    assert.ok(root);
    compare(name, membersOf(root), schemaOf(orchestrator));
  }
});

function propertiesIn(members: ts.NodeArray<ts.TypeElement>): Map<string, ts.PropertySignature> {
  return new Map(
    members.filter(ts.isPropertySignature).map((member) => [member.name.getText(), member]),
  );
}
