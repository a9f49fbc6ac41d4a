import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { cached, cachedEntry, cacheFolder } from "../../../tools/cache";
import { hashInputs } from "../../../tools/hash";
import { Sandbox } from "./support/sandbox";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.create();
});
afterEach(() => sandbox.remove());

/** A build that counts how often it runs. */
function counting() {
  const builds = { count: 0 };
  const build = async (folder: string) => {
    builds.count += 1;
    await writeFile(path.join(folder, "program"), "built");
  };
  return { builds, build };
}

describe("the cache", () => {
  test("builds once and then takes what it has", async () => {
    const { builds, build } = counting();
    assert.equal((await cached("part-1", build)).built, true);
    const second = await cached("part-1", build);
    assert.deepEqual([second.built, builds.count], [false, 1]);
    assert.equal(await readFile(path.join(second.folder, "program"), "utf8"), "built");
  });

  test("builds again what was tampered with", async () => {
    const { builds, build } = counting();
    const { folder } = await cached("part-1", build);
    await writeFile(path.join(folder, "program"), "forged");
    assert.equal((await cached("part-1", build)).built, true);
    assert.equal(builds.count, 2);
    assert.equal(await readFile(path.join(folder, "program"), "utf8"), "built");
  });

  test("trusts no entry with a file too many, a file too few, or no manifest", async () => {
    const { build } = counting();
    const { folder } = await cached("part-1", build);
    await writeFile(path.join(folder, "extra"), "");
    assert.equal(await cachedEntry("part-1"), undefined);
    await rm(path.join(folder, "extra"));
    assert.equal(await cachedEntry("part-1"), folder);
    await rm(path.join(folder, "program"));
    assert.equal(await cachedEntry("part-1"), undefined);
    await writeFile(path.join(folder, "program"), "built");
    await rm(path.join(folder, "manifest.json"));
    assert.equal(await cachedEntry("part-1"), undefined);
  });

  test("keeps nothing of a build that fails", async () => {
    await assert.rejects(
      cached("part-1", async (folder) => {
        await writeFile(path.join(folder, "program"), "half");
        throw new Error("no space left");
      }),
      /no space left/,
    );
    assert.deepEqual(readdirSync(cacheFolder()), []);
  });

  test("lets builds of one process run side by side", async () => {
    const { builds, build } = counting();
    const names = ["part-1", "part-2", "part-3"];
    const slow = async (folder: string) => {
      await new Promise((resolve) => setImmediate(resolve));
      await build(folder);
    };
    await Promise.all(names.map((name) => cached(name, slow)));
    assert.deepEqual([builds.count, readdirSync(cacheFolder())], [3, names]);
  });

  test("trusts nothing of a build that was killed, and clears it away", async () => {
    const script = await sandbox.file(
      "builder.ts",
      `import { writeFileSync } from "node:fs";
       import { cached } from ${JSON.stringify(path.resolve(__dirname, "../../../tools/cache"))};
       void cached("part-1", (folder) => {
         writeFileSync(folder + "/program", "half");
         process.stdout.write("half");
         setInterval(() => undefined, 1000);
         return new Promise(() => undefined);
       });`,
    );
    const builder = spawn(process.execPath, ["--require", "tsx/cjs", script], {
      cwd: __dirname,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(builder.stdout, "data");
    builder.kill("SIGKILL");
    await once(builder, "close");
    assert.equal(readdirSync(cacheFolder()).length, 1);
    assert.equal(await cachedEntry("part-1"), undefined);
    assert.equal((await cached("part-1", counting().build)).built, true);
    assert.deepEqual(readdirSync(cacheFolder()), ["part-1"]);
  });
});

describe("the key of a build", () => {
  test("is the same for the same files in another folder", async () => {
    await sandbox.file("a/go.mod", "module x");
    await sandbox.file("b/go.mod", "module x");
    assert.equal(hashInputs([sandbox.path("a")]), hashInputs([sandbox.path("b")]));
  });

  test("changes with a file's content, name or mode, and with what is said besides", async () => {
    const file = await sandbox.program("a/tool", "true");
    const keys = [hashInputs([sandbox.path("a")]), hashInputs([sandbox.path("a")], ["go1.26"])];
    await chmod(file, 0o644);
    keys.push(hashInputs([sandbox.path("a")]));
    await sandbox.file("a/tool", "false");
    keys.push(hashInputs([sandbox.path("a")]));
    await rm(file);
    await sandbox.file("a/other", "false");
    keys.push(hashInputs([sandbox.path("a")]));
    assert.equal(new Set(keys).size, keys.length);
  });
});
