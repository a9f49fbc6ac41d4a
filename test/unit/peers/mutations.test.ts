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
import { type Site, missedPaths, sitesOf } from "./schemaSites";

const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-mutations-"));
cpSync(path.join(fixtures, "mutations"), folder, { recursive: true });
after(() => {
  rmSync(folder, { recursive: true });
});

const original = readFileSync(path.join(folder, "compose.yml"), "utf8");
const sound = parseDocument(original);
const sites = sitesOf(sound.toJS());

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

function assertFound(problems: readonly Problem[], { says, ...expected }: Expected): void {
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

/** A file with several damages: all of them are reported at once, which the tests rely on to be quick. */
const damagesPerFile = 12;

/** Sites in groups of which none holds another: damaged together, each is seen on its own. */
function groups(sites: readonly Site[]): Site[][] {
  const result: Site[][] = [];
  for (const site of sites) {
    const fits = (group: readonly Site[]) =>
      group.length < damagesPerFile && !group.some((other) => isNested(site, other));
    const group = result.find(fits);
    if (group === undefined) result.push([site]);
    else group.push(site);
  }
  return result;
}

function isNested({ path: a }: Site, { path: b }: Site): boolean {
  const shorter = Math.min(a.length, b.length);
  return a.slice(0, shorter).every((step, index) => step === b[index]);
}

/** A damaged file. */
interface Damaged {
  readonly text: string;
  readonly document: Document;
  readonly problems: readonly Problem[];
}

interface Damage {
  readonly sites: readonly Site[];
  /** Damages the site in the document; the number is the site's own in this file. */
  readonly apply: (document: Document, site: Site, number: number) => void;
  /** The problem that has to be found for it. */
  readonly expected: (damaged: Damaged, site: Site, number: number) => Expected;
}

function testEach({ sites: all, apply, expected }: Damage): void {
  for (const group of groups(all)) {
    let damaged: Damaged | undefined;
    const damage = (): Damaged => {
      const document = sound.clone();
      group.forEach((site, number) => {
        apply(document, site, number);
      });
      const text = document.toString({ lineWidth: 0 });
      return { text, document: parseDocument(text), problems: load(text) };
    };
    group.forEach((site, number) => {
      test(renderPath(site.path), () => {
        damaged ??= damage();
        const { problems } = damaged;
        assertFound(problems, { file: "compose.yml", ...expected(damaged, site, number) });
      });
    });
  }
}

/** A value of a type that the property does not take, and how it looks in the file. */
function misfit({ schema }: Site, number: number): { value: unknown; looks: string } {
  const taken = new Set([schema.type ?? []].flat());
  const mark = 424200 + number;
  if (!taken.has("number") && !taken.has("integer")) return { value: mark, looks: `${mark}` };
  if (!taken.has("string")) return { value: `!wrong${mark}`, looks: `"!wrong${mark}"` };
  if (!taken.has("array")) return { value: [`${mark}`], looks: `[ "${mark}" ]` };
  return { value: { wrong: `${mark}` }, looks: `{ wrong: "${mark}" }` };
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
  testEach({
    sites: sites.filter(({ schema }) => schema.type !== undefined),
    apply: (document, site, number) => {
      const { value } = misfit(site, number);
      document.setIn(site.path, document.createNode(value, { flow: true }));
    },
    expected: ({ text }, site, number) => ({
      path: renderPath(site.path),
      severity: "error",
      ...place(text, text.indexOf(misfit(site, number).looks)),
    }),
  });
});

describe("a misspelt name is found, with the right one", () => {
  const misspelt = ({ path: steps }: Site) => [...steps.slice(0, -1), `${String(steps.at(-1))}q`];
  testEach({
    // Any name with x- is allowed in Compose.
    sites: sites.filter(
      ({ path: steps, parent }) =>
        parent.properties?.[steps.at(-1) ?? ""] !== undefined &&
        !String(steps.at(-1)).startsWith("x-"),
    ),
    apply: (document, site) => {
      pairAt(document, site.path).key = document.createNode(misspelt(site).at(-1));
    },
    expected: ({ text, document }, site) => ({
      path: renderPath(misspelt(site)),
      message: `is not known here; did you mean "${String(site.path.at(-1))}"?`,
      ...place(text, startOf(pairAt(document, misspelt(site)).key)),
    }),
  });
});

describe("a missing value is found where it belongs", () => {
  testEach({
    sites: sites.filter(({ path: steps, parent }) =>
      parent.required?.includes(String(steps.at(-1))),
    ),
    apply: (document, site) => {
      document.deleteIn(site.path);
    },
    expected: ({ text, document }, site) => {
      const above = site.path.slice(0, -1);
      const owner = above.length === 0 ? document.contents : document.getIn(above, true);
      // A mapping in a list has no name of its own to point at.
      const node = typeof above.at(-1) === "string" ? pairAt(document, above).key : owner;
      return {
        path: renderPath(site.path),
        says: /^is missing; add it/,
        ...place(text, startOf(node)),
      };
    },
  });
});

test("no property of the schema is left out", () => {
  assert.deepEqual(missedPaths(sites), []);
});
