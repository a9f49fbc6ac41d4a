import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";

const loader = path.resolve(__dirname, "../../../components/runtime/typescript.cjs");

describe("TypeScript that Node loads as it stands", () => {
  let folder: string;
  let file: string;
  let caches: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "slipway-loader-"));
    file = path.join(folder, "program.ts");
    caches = path.join(folder, "caches");
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function run(source: string, cacheHome = caches) {
    writeFileSync(file, source);
    return spawnSync(process.execPath, ["--require", loader, file], {
      env: { ...process.env, XDG_CACHE_HOME: cacheHome },
      encoding: "utf8",
    });
  }

  const kept = () => path.join(caches, "slipway/programs");
  const hello = (name: string) => `const name: string = "${name}"; console.log(name);`;
  /** Tells whether the transpiler was loaded. */
  const asked = `const at: RegExp = /esbuild.lib.main/;
    console.log(Object.keys(require.cache).some((name) => at.test(name)));`;

  test("runs as it was changed, however it was before", () => {
    for (const name of ["one", "two", "one"]) assert.equal(run(hello(name)).stdout, `${name}\n`);
    assert.equal(readdirSync(kept()).length, 2);
  });

  test("is transpiled once", () => {
    assert.equal(run(asked).stdout, "true\n");
    assert.equal(run(asked).stdout, "false\n");
  });

  test("is transpiled again where what is kept was broken", () => {
    run(hello("whole"));
    const [name = ""] = readdirSync(kept());
    const entry = path.join(kept(), name);
    const text = readFileSync(entry, "utf8");
    writeFileSync(entry, text.replace("whole", "other"));
    assert.equal(run(hello("whole")).stdout, "whole\n");
    assert.equal(readFileSync(entry, "utf8"), text);
  });

  test("runs where nothing can be kept", () => {
    assert.equal(run(hello("alone"), "/dev/null").stdout, "alone\n");
  });

  test("says where an error came from, in the lines of the file", () => {
    const program = `interface Gone {\n  readonly a: string;\n}\n\nfunction fail(): Gone {\n  throw new Error("here");\n}\nfail();\n`;
    assert.match(run(program).stderr, /Error: here\n {4}at fail \(.*program\.ts:6:9\)/);
  });

  test("says where a mistake is that can't be transpiled", () => {
    assert.match(run("const a = ;\n").stderr, /program\.ts:1:10: ERROR/);
  });
});
