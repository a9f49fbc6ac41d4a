/** What a user sees of a Compose file that can't be loaded: every problem at once, its place and its cure. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { SpecError } from "../../../components/spec";
import { loadCompose } from "../../../components/spec/compose";
import { assertGolden } from "../spec/golden";
import { badFiles, fixtures } from "./corpus";

/** The message of a failed load, with paths as from the folder and no path of this machine. */
function message(folder: string, load: () => unknown): string {
  try {
    load();
  } catch (error) {
    assert.ok(error instanceof SpecError, error instanceof Error ? error.stack : String(error));
    assert.equal(error.stack, error.message, "carries a stack trace");
    assert.doesNotMatch(error.message, /undefined:|\[object|NaN/);
    const text = error.message.replaceAll(`${folder}/`, "");
    return `${text.replaceAll(folder, "<project>").replaceAll(fixtures, "<fixtures>")}\n`;
  }
  return assert.fail("was accepted");
}

describe("a bad Compose file is refused with every problem, its place and its cure", () => {
  for (const { id, about, folder, files, variables, profiles } of badFiles()) {
    test(`${id}: ${about}`, () => {
      const options = { variables, profiles, projectDirectory: folder };
      assertGolden(
        path.join(folder, "problems.txt"),
        message(folder, () => loadCompose(files, options)),
      );
    });
  }
});

describe("a Compose file is refused as a whole", () => {
  const root = mkdtempSync(path.join(os.tmpdir(), "slipway-compose-"));
  const project = path.join(root, "project");
  mkdirSync(project);
  after(() => {
    rmSync(root, { recursive: true });
  });

  function write(name: string, content: string | Buffer): string {
    const file = path.join(project, name);
    writeFileSync(file, content);
    return file;
  }

  function problem(file: string): string {
    return message(project, () =>
      loadCompose([file], { variables: {}, projectDirectory: project }),
    );
  }

  test("that has 10 MB, at once", () => {
    const service = "  s%:\n    image: alpine\n    environment: { A: b }\n";
    const services = Array.from({ length: 220_000 }, (_, i) => service.replace("%", `${i}`));
    const file = write("large.yml", `name: shop\nservices:\n${services.join("")}`);
    const begin = performance.now();
    assert.match(problem(file), /^large\.yml:1:1 .*(MiB|MB)/);
    assert.ok(performance.now() - begin < 1000, "took longer than a second");
  });

  test("that is one line of 10 MB", () => {
    const file = write("line.yml", `name: "${"x".repeat(10_000_000)}"`);
    assert.match(problem(file), /^line\.yml:1:1 .*(MiB|MB)/);
  });

  test("whose bytes are no UTF-8", () => {
    const file = write("bytes.yml", Buffer.from([0x6e, 0x3a, 0x20, 0xff, 0xfe, 0x0a]));
    assert.match(problem(file), /^bytes\.yml:1:4 .*UTF-8/);
  });

  test("that is not there", () => {
    assert.match(problem(path.join(project, "absent.yml")), /^absent\.yml:1:1 .*no such file/);
  });

  test("that is a folder", () => {
    mkdirSync(path.join(project, "folder.yml"));
    assert.match(problem(path.join(project, "folder.yml")), /^folder\.yml:1:1 .*folder/);
  });

  test("whose env file is a link out of the project's folder", () => {
    writeFileSync(path.join(root, "outside.env"), "SECRET=value\n");
    symlinkSync(path.join(root, "outside.env"), path.join(project, "link.env"));
    const file = write(
      "linked.yml",
      "name: a\nservices:\n  a:\n    image: a\n    env_file: link.env\n",
    );
    const found = problem(file);
    assert.match(
      found,
      /^linked\.yml:5:15 .*link\.env is a link to .*outside\.env, which is outside/,
    );
    assert.doesNotMatch(found, /value/);
  });
});
