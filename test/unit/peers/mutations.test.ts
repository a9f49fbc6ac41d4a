/**
 * Takes a Compose file that has every property of the schema and damages each of them, in each of three ways. The
 * place that is expected is found in the damaged text itself, not by the code under test.
 */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { type Document, type Pair, isMap, isScalar, parseDocument } from "yaml";
import { SpecError, type Problem } from "../../../components/spec";
import { loadCompose } from "../../../components/spec/compose";
import { renderPath } from "../../../components/spec/problem";
import { fixtures } from "./corpus";
import { type Schema, type Site, missedPaths, sitesOf } from "./schemaSites";

const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-mutations-"));
cpSync(path.join(fixtures, "mutations"), folder, { recursive: true });
after(() => {
  rmSync(folder, { recursive: true });
});

const original = readFileSync(path.join(folder, "compose.yml"), "utf8");
const sites = sitesOf(parseDocument(original).toJS());

function load(text: string): readonly Problem[] {
  const file = path.join(folder, "compose.yml");
  writeFileSync(file, text);
  try {
    loadCompose([file], {
      variables: { SHOP_APP: "a", SHOP_PASSWORD: "b" },
      profiles: ["default"],
    });
    return [];
  } catch (error) {
    assert.ok(error instanceof SpecError, error instanceof Error ? (error.stack ?? "") : "");
    for (const { message } of error.problems)
      assert.doesNotMatch(
        message,
        /\bundefined\b(?! (network|secret|service))|\[object|NaN/,
        message,
      );
    return error.problems.map((one) => ({ ...one, file: path.basename(one.file) }));
  }
}

type Expected = Partial<Problem> & { readonly says?: RegExp };

function assertFound(text: string, { says, ...expected }: Expected): void {
  const problems = load(text);
  const found = problems.some(
    (problem) =>
      (says?.test(problem.message) ?? true) &&
      Object.entries(expected).every(([key, value]) => problem[key as keyof Problem] === value),
  );
  const all = problems.map((problem) => JSON.stringify(problem)).join("\n");
  assert.ok(found, `expected ${JSON.stringify(expected)} ${String(says)}, got:\n${all}`);
}

function place(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function written(document: Document): string {
  return document.toString({ lineWidth: 0 });
}

/** A value of a type that the property does not take, and how it looks in the file. */
function misfit(schema: Schema): { value: unknown; looks: string } | undefined {
  const taken = new Set([schema.type ?? []].flat());
  if (taken.size === 0) return undefined;
  if (!taken.has("number") && !taken.has("integer")) return { value: 424242, looks: "424242" };
  if (!taken.has("string")) return { value: "!wrong", looks: '"!wrong"' };
  if (!taken.has("array")) return { value: ["424242"], looks: '[ "424242" ]' };
  return { value: { wrong: "424242" }, looks: '{ wrong: "424242" }' };
}

function pairAt(document: Document, steps: Site["path"]): Pair {
  const parent = document.getIn(steps.slice(0, -1), true) ?? document.contents;
  assert.ok(isMap(parent));
  const pair = parent.items.find(
    ({ key }) => isScalar(key) && String(key.value) === String(steps.at(-1)),
  );
  return pair ?? assert.fail(renderPath(steps));
}

function startOf(node: unknown): number {
  return (node as { range?: readonly number[] | null }).range?.[0] ?? 0;
}

test("the file that is damaged is right as it stands", () => {
  assert.deepEqual(
    load(original).filter(({ severity }) => severity === "error"),
    [],
  );
});

describe("a value of the wrong type is found at its place", () => {
  for (const { path: steps, schema } of sites) {
    const wrong = misfit(schema);
    if (wrong === undefined) continue;
    test(renderPath(steps), () => {
      const document = parseDocument(original);
      document.setIn(steps, document.createNode(wrong.value, { flow: true }));
      const text = written(document);
      assertFound(text, {
        file: "compose.yml",
        path: renderPath(steps),
        severity: "error",
        ...place(text, text.indexOf(wrong.looks)),
      });
    });
  }
});

describe("a misspelt name is found, with the right one", () => {
  for (const { path: steps, parent } of sites) {
    const key = steps.at(-1);
    if (typeof key !== "string" || parent.properties?.[key] === undefined) continue;
    // Any name with x- is allowed in Compose.
    if (key.startsWith("x-")) continue;
    test(renderPath(steps), () => {
      const document = parseDocument(original);
      pairAt(document, steps).key = document.createNode(`${key}q`);
      const text = written(document);
      assertFound(text, {
        file: "compose.yml",
        path: renderPath([...steps.slice(0, -1), `${key}q`]),
        message: `is not known here; did you mean "${key}"?`,
        ...place(text, text.search(new RegExp(`(?<!\\w)${key}q:`))),
      });
    });
  }
});

describe("a missing value is found where it belongs", () => {
  for (const { path: steps, parent } of sites) {
    const key = steps.at(-1);
    if (typeof key !== "string" || parent.required?.includes(key) !== true) continue;
    test(renderPath(steps), () => {
      const document = parseDocument(original);
      document.deleteIn(steps);
      const text = written(document);
      const again = parseDocument(text);
      const above = steps.slice(0, -1);
      const owner = above.length === 0 ? again.contents : again.getIn(above, true);
      // A mapping in a list has no name of its own to point at.
      const node = typeof above.at(-1) === "string" ? pairAt(again, above).key : owner;
      assertFound(text, {
        file: "compose.yml",
        path: renderPath(steps),
        says: /^is missing; add it/,
        ...place(text, startOf(node)),
      });
    });
  }
});

test("no property of the schema is left out", () => {
  assert.deepEqual(missedPaths(sites), []);
});
