/**
 * Takes valid files and damages each property that the schema has, in each of three ways. The place that is expected
 * is found in the damaged text itself, not by the code under test.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { type Document, type Pair, isMap, isScalar, isSeq, parseDocument } from "yaml";
import { SpecError, parseCluster, type Problem } from "../../../components/spec";
import { schemaOf } from "../../../components/spec/cluster/schemaFor";
import { childSchema, type JsonSchema } from "../../../components/spec/jsonSchema";
import { fixtures } from "./golden";

type Path = (string | number)[];

interface Site {
  readonly path: Path;
  readonly schema: JsonSchema;
  readonly parent: JsonSchema;
}

interface Kind {
  readonly title: string;
  readonly schema: JsonSchema;
  readonly files: readonly string[];
  readonly parse: (text: string) => unknown;
}

const parse = (text: string) =>
  parseCluster(path.join(fixtures, "mutations/file.yml"), text, { variables: {} });

const kinds: readonly Kind[] = [
  {
    title: "cluster.yml of a Swarm",
    schema: schemaOf("swarm"),
    files: [
      "mutations/cluster.yml",
      "mutations/cluster-hosts.yml",
      "mutations/cluster-registry.yml",
    ],
    parse,
  },
  {
    title: "cluster.yml of Kubernetes",
    schema: schemaOf("kubernetes"),
    files: [
      "mutations/kubernetes.yml",
      "mutations/kubernetes-hosts.yml",
      "mutations/kubernetes-registry.yml",
    ],
    parse,
  },
];

function sitesOf(schema: JsonSchema, data: unknown, at: Path = []): Site[] {
  if (typeof data !== "object" || data === null) return [];
  const keys = Array.isArray(data) ? data.map((_, index) => index) : Object.keys(data);
  return keys.flatMap((key) => {
    const child = childSchema(schema, key);
    if (child === undefined) return [];
    const here = [...at, key];
    const value = (data as Record<string | number, unknown>)[key];
    return [{ path: here, schema: child, parent: schema }, ...sitesOf(child, value, here)];
  });
}

function schemaPaths(schema: JsonSchema, at: string): string[] {
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => [
      `${at}.${name}`,
      ...schemaPaths(child, `${at}.${name}`),
    ]),
    ...(typeof schema.additionalProperties === "object"
      ? schemaPaths(schema.additionalProperties, `${at}.*`)
      : []),
    ...(schema.items === undefined ? [] : schemaPaths(schema.items, `${at}[]`)),
  ];
}

function problemsOf(parse: (text: string) => unknown, text: string): readonly Problem[] {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof SpecError, error instanceof Error ? (error.stack ?? "") : "");
    for (const { message } of error.problems) {
      assert.doesNotMatch(message, /undefined|\[object|NaN/, message);
    }
    return error.problems;
  }
  return [];
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before[before.length - 1]?.length ?? 0) + 1 };
}

function assertFound(problems: readonly Problem[], expected: Partial<Problem>, text: string): void {
  const found = problems.some((problem) =>
    Object.entries(expected).every(([key, value]) => problem[key as keyof Problem] === value),
  );
  const all = problems.map((problem) => JSON.stringify(problem)).join("\n");
  assert.ok(found, `expected ${JSON.stringify(expected)}, got:\n${all}\nin:\n${text}`);
}

function rendered(steps: Path): string {
  return steps
    .map((step) => {
      if (typeof step === "number") return `[${step}]`;
      return /^[A-Za-z_][\w-]*$/.test(step) ? `.${step}` : `["${step}"]`;
    })
    .join("")
    .replace(/^\./, "");
}

function pairAt(document: Document, steps: Path): Pair {
  const parent = document.getIn(steps.slice(0, -1), true) ?? document.contents;
  assert.ok(isMap(parent));
  const pair = parent.items.find(
    ({ key }) => isScalar(key) && String(key.value) === String(steps[steps.length - 1]),
  );
  return pair ?? assert.fail(rendered(steps));
}

for (const kind of kinds) {
  const visited = new Set<string>();
  for (const name of kind.files) {
    const original = readFileSync(path.join(fixtures, name), "utf8");
    const sites = sitesOf(kind.schema, parseDocument(original).toJS());
    for (const site of sites) {
      const steps = site.path.map((step, index) => {
        const parent = sites.find(
          ({ path: p }) => rendered(p) === rendered(site.path.slice(0, index)),
        );
        const isNamed = (parent?.schema ?? kind.schema).properties?.[step] !== undefined;
        if (typeof step === "number") return "[]";
        return isNamed ? `.${step}` : ".*";
      });
      visited.add(steps.join(""));
    }

    describe(`${name}: a value of the wrong type is found at its place`, () => {
      for (const { path: steps, schema } of sites) {
        test(rendered(steps), () => {
          const document = parseDocument(original);
          const accepted = [schema.type ?? []].flat();
          // A marker that no valid value has, of a type that the property does not take.
          const wrong =
            accepted.includes("number") || accepted.includes("integer") ? "!wrong" : 424242;
          const value = accepted.includes("string") && wrong !== 424242 ? [["424242"]] : wrong;
          document.setIn(steps, document.createNode(value, { flow: true }));
          const text = document.toString({ lineWidth: 0 });
          const marker = text.search(/\[ \[ "424242" \] \]|"!wrong"|424242/);
          assertFound(
            problemsOf(kind.parse, text),
            { path: rendered(steps), ...lineAndColumn(text, marker), severity: "error" },
            text,
          );
        });
      }
    });

    describe(`${name}: a misspelt name is found, with the right one`, () => {
      for (const { path: steps, parent } of sites) {
        const key = steps[steps.length - 1];
        if (typeof key !== "string" || parent.properties?.[key] === undefined) continue;
        test(rendered(steps), () => {
          const document = parseDocument(original);
          const misspelt = `${key}q`;
          const pair = pairAt(document, steps);
          pair.key = document.createNode(misspelt);
          const text = document.toString({ lineWidth: 0 });
          const offset = text.search(new RegExp(`(?<![\\w])${misspelt}:`));
          assertFound(
            problemsOf(kind.parse, text),
            {
              path: rendered([...steps.slice(0, -1), misspelt]),
              ...lineAndColumn(text, offset),
              message: `is not known here; did you mean "${key}"?`,
            },
            text,
          );
        });
      }
    });

    describe(`${name}: a missing value is found where it belongs`, () => {
      for (const { path: steps, parent } of sites) {
        const key = steps[steps.length - 1];
        if (typeof key !== "string" || parent.required?.includes(key) !== true) continue;
        test(rendered(steps), () => {
          const document = parseDocument(original);
          document.deleteIn(steps);
          const text = document.toString({ lineWidth: 0 });
          const again = parseDocument(text);
          const above = steps.slice(0, -1);
          const owner = again.getIn(above, true);
          const inList = typeof above[above.length - 1] === "number";
          const isShown = isMap(owner) || isSeq(owner) ? owner.flow === true : true;
          const node =
            above.length === 0 || inList || isShown
              ? (owner ?? again.contents)
              : pairAt(again, above).key;
          const range = (node as { range?: [number, number, number] | null }).range;
          const offset =
            inList || !isShown || above.length === 0 ? (range?.[0] ?? 0) : keyOffset(again, above);
          const problems = problemsOf(kind.parse, text).filter(({ message }) =>
            message.startsWith("is missing; add it, for example "),
          );
          assertFound(problems, { path: rendered(steps), ...lineAndColumn(text, offset) }, text);
        });
      }
    });
  }

  test(`${kind.title}: no property of the schema is left out`, () => {
    const missed = schemaPaths(kind.schema, "").filter((place) => !visited.has(place));
    assert.deepEqual(missed, []);
  });
}

function keyOffset(document: Document, steps: Path): number {
  const { key } = pairAt(document, steps);
  return (key as { range?: [number, number, number] | null }).range?.[0] ?? 0;
}
