import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SpecError } from "../../../components/spec";

export const fixtures = path.join(__dirname, "../../fixtures/spec");

/** Names of the YAML files in a folder of fixtures, without their extension. */
export function yamlFiles(folder: string): string[] {
  return readdirSync(path.join(fixtures, folder))
    .filter((name) => name.endsWith(".yml"))
    .map((name) => name.slice(0, -".yml".length));
}

/** Holds a text against its committed file; `UPDATE_GOLDEN=1` writes the file anew. */
export function assertGolden(file: string, actual: string): void {
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, actual);
  assert.ok(
    existsSync(file),
    `${file} is missing; run the tests with UPDATE_GOLDEN=1 and read what it writes`,
  );
  assert.equal(actual, readFileSync(file, "utf8"));
}

/** What a user sees of a failed load, with paths as from the folder of fixtures. */
export function shownError(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    assert.ok(error instanceof SpecError, String(error));
    assert.equal(error.stack, error.message, "carries a stack trace");
    return `${error.message.replaceAll(`${fixtures}/`, "")}\n`;
  }
  return assert.fail("was accepted");
}
