import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { parse } from "yaml";
import {
  type LoadComposeOptions,
  type LoadedCompose,
  loadCompose,
} from "../../../../components/spec/compose";
import { SpecError, renderProblem } from "../../../../components/spec/problem";

const folder = mkdtempSync(path.join(tmpdir(), "slipway-compose-"));
after(() => {
  rmSync(folder, { recursive: true });
});

let count = 0;

/** Files of a project by name. */
export type Files = Readonly<Record<string, string>>;

export interface Given extends Partial<LoadComposeOptions> {
  /** Files to load. Default: the first. */
  readonly load?: readonly string[];
}

/** A folder of its own with these files. */
export function folderWith(files: Files): string {
  const own = path.join(folder, `project${++count}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(own, name)), { recursive: true });
    writeFileSync(path.join(own, name), text);
  }
  return own;
}

export function load(files: Files, given: Given = {}): LoadedCompose {
  const { load: names = Object.keys(files).slice(0, 1), ...options } = given;
  const own = folderWith(files);
  return loadCompose(
    names.map((name) => path.join(own, name)),
    { variables: {}, projectName: "shop", ...options },
  );
}

/** The problems of files as users see them, with paths from the project's folder. */
export function problems(files: Files, given: Given = {}): string[] {
  const own = path.join(folder, `project${count + 1}`);
  const shown = (text: string) => text.replaceAll(`${own}/`, "").replaceAll(own, "<folder>");
  try {
    return load(files, given).warnings.map((problem) => shown(renderProblem(problem)));
  } catch (error) {
    assert.ok(error instanceof SpecError, String(error));
    return error.problems.map((problem) => shown(renderProblem(problem)));
  }
}

/** The one service of a file, which has these sections after it. */
export function service(text: string, sections = "", given: Given = {}): Record<string, unknown> {
  const file = `services:\n  web:\n    image: shop\n${indented(text, 4)}\n${sections}\n`;
  return { ...load({ "stack.yml": file }, given).project.services.web };
}

export function indented(text: string, by: number): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : " ".repeat(by) + line))
    .join("\n");
}

/** Asserts that a value has these members, as YAML writes them (null: absent); others are of no interest. */
export function assertHas(actual: unknown, expected: string): void {
  const wanted = parse(expected) as Record<string, unknown>;
  const own = (actual ?? {}) as Record<string, unknown>;
  const shown = Object.fromEntries(Object.keys(wanted).map((name) => [name, own[name] ?? null]));
  assert.deepEqual(shown, wanted);
}
