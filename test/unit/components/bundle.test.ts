import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";

const bundler = path.resolve(__dirname, "../../../components/runtime/bundle.cjs");

describe("a program that Node runs as one file", () => {
  let folder: string;
  let caches: string;
  const file = (name: string) => path.join(folder, name);
  /** Saved a while ago: what is saved while a bundle is made is not kept. */
  const save = (name: string, source: string) => {
    writeFileSync(file(name), source);
    utimesSync(file(name), 0, 0);
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "slipway-bundle-"));
    caches = file("caches");
    save("words.ts", `export const greeting: string = "hello";\n`);
    save("program.ts", `import { greeting } from "./words";\nconsole.log(greeting);\n`);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function run(stands = "{}", cacheHome = caches) {
    const code = `require(${JSON.stringify(bundler)}).runBundled(${JSON.stringify(file("program.ts"))}, ${stands});
      console.log(Object.keys(require.cache).some((name) => /esbuild.lib.main/.test(name)) ? "made" : "kept");`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", code], {
      env: { ...process.env, XDG_CACHE_HOME: cacheHome },
      encoding: "utf8",
    });
    return { said: stdout.trim().split("\n"), stderr };
  }
  const keptFiles = () => path.join(caches, "slipway/programs");

  test("is made once", () => {
    assert.deepEqual(run().said, ["hello", "made"]);
    assert.deepEqual(run().said, ["hello", "kept"]);
  });

  test("runs as it was changed, in whatever file, and as it was before", () => {
    run();
    save("words.ts", `export const greeting: string = "howdy";\n`);
    assert.deepEqual(run().said, ["howdy", "made"]);
    save("words.ts", `export const greeting: string = "hello";\n`);
    assert.deepEqual(run().said, ["hello", "kept"]);
  });

  test("is made again where what is kept was broken", () => {
    run();
    const name = readdirSync(keptFiles()).find((one) => one.endsWith(".bundle.js"));
    const kept = path.join(keptFiles(), name ?? assert.fail());
    writeFileSync(kept, readFileSync(kept, "utf8").replace("hello", "wrong"));
    assert.deepEqual(run().said, ["hello", "made"]);
  });

  test("runs what V8 has compiled of it, while that is whole", () => {
    save("program.ts", `setTimeout(() => undefined, 1000);\nconsole.log("hello");\n`);
    run();
    const [name = ""] = readdirSync(keptFiles()).filter((one) => one.endsWith(".v8"));
    const kept = path.join(keptFiles(), name);
    const bytes = readFileSync(kept);
    assert.equal(run().said[0], "hello");
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff;
    writeFileSync(kept, bytes);
    assert.equal(run().said[0], "hello");
    assert.notDeepEqual(readFileSync(kept), bytes);
  });

  test("runs where nothing can be kept", () => {
    assert.equal(run("{}", "/dev/null").said[0], "hello");
  });

  test("gets what stands for a module", () => {
    save("program.ts", `import { hostname } from "./name";\nconsole.log(hostname);\n`);
    save("name.ts", `export const hostname = "loaded";\n`);
    assert.equal(run().said[0], "loaded");
    assert.equal(run(`{ "./name.ts": () => ({ hostname: "stands" }) }`).said[0], "stands");
  });

  test("says where an error came from, in the lines of the file", () => {
    save(
      "words.ts",
      `interface Gone {\n  readonly a: string;\n}\n\nexport function fail(): Gone {\n  throw new Error("here");\n}\n`,
    );
    save("program.ts", `import { fail } from "./words";\nfail();\n`);
    for (let round = 1; round <= 2; round++)
      assert.match(run().stderr, /Error: here\n {4}at fail \(.*words\.ts:6:9\)/);
  });

  test("says where a mistake is that can't be transpiled", () => {
    save("words.ts", "export const greeting = ;\n");
    assert.match(run().stderr, /words\.ts:1:24: ERROR/);
  });
});
