import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, symlink } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { Sandbox } from "./support/sandbox";

const root = path.resolve(__dirname, "../../..");
let sandbox: Sandbox;

/** A machine with shell tools and nothing else, and a clone on it. */
beforeEach(async () => {
  sandbox = await Sandbox.create();
  await mkdir(sandbox.path("bin"));
  for (const tool of [
    "sh",
    "sort",
    "head",
    "sed",
    "dirname",
    "cmp",
    "cat",
    "mktemp",
    "rm",
    "cp",
    "mkdir",
  ])
    await symlink(path.join("/usr/bin", tool), sandbox.path("bin", tool));
  await sandbox.program("bin/uname", '[ "$1" = -m ] && echo x86_64 || echo Linux');
  await sandbox.program("bin/id", "echo 0");
  await mkdir(sandbox.path("clone/tools"), { recursive: true });
  await copyFile(path.join(root, "tools/bootstrap"), sandbox.path("clone/tools/bootstrap"));
  await sandbox.file("clone/package-lock.json", "{}");
});
afterEach(() => sandbox.remove());

const has = (name: string, script = "true") => sandbox.program(`bin/${name}`, script);

async function hasAll(): Promise<void> {
  await has("node", "echo v22.1.0");
  await has("git");
  await has("npm", `echo "$*" >> ${sandbox.path("npm.log")}; mkdir -p node_modules`);
  await has("go", "echo go1.26.8");
  await has("apt-get");
}

async function bootstrap(...args: readonly string[]): Promise<{ code: number; said: string }> {
  const script = sandbox.path("clone/tools/bootstrap");
  const env = { PATH: sandbox.path("bin"), HOME: sandbox.folder };
  return promisify(execFile)("/bin/sh", [script, ...args], { env }).then(
    ({ stderr }) => ({ code: 0, said: stderr }),
    (error: unknown) => {
      const { code, stderr } = error as { code: number; stderr: string };
      return { code, said: stderr };
    },
  );
}

describe("the check of prerequisites", () => {
  test("names everything that is missing at once, and how to get it", async () => {
    const { code, said } = await bootstrap("--lab");
    assert.equal(code, 1);
    for (const line of [
      /Node\.js 20\.11 or newer: see https/,
      /npm: .*apt-get install npm/,
      /git: .*apt-get install git/,
      /Go 1\.26 or newer: see https/,
      /Debian's apt-get/,
    ])
      assert.match(said, line);
  });

  test("is content with what is there", async () => {
    await hasAll();
    assert.deepEqual(await bootstrap("--check", "--lab"), { code: 0, said: "" });
  });

  for (const version of ["18.19.1", "20.9.0"])
    test(`refuses Node.js ${version}, which is too old`, async () => {
      await hasAll();
      await has("node", `echo v${version}`);
      const { code, said } = await bootstrap("--check");
      assert.equal(code, 1);
      assert.match(said, new RegExp(`20\\.11 or newer \\(this is ${version}\\)`));
    });

  test("refuses a Go that is too old, where something is to be built", async () => {
    await hasAll();
    await has("go", "echo go1.9.7");
    assert.equal((await bootstrap("--check")).code, 0);
    const { code, said } = await bootstrap("--check", "--go");
    assert.equal(code, 1);
    assert.match(said, /Go 1\.26 or newer \(this is 1\.9\.7\)/);
  });

  test("wants Linux on amd64 and root for the lab", async () => {
    await hasAll();
    await has("uname", '[ "$1" = -m ] && echo aarch64 || echo Linux');
    await has("id", "echo 1000");
    assert.equal((await bootstrap("--check")).code, 0);
    const { said } = await bootstrap("--check", "--lab");
    assert.match(said, /an amd64 machine/);
    assert.match(said, /root: .* sudo -E/);
  });

  test("refuses an argument that it does not know", async () => {
    assert.equal((await bootstrap("--everything")).code, 2);
  });
});

describe("the npm packages", () => {
  test("are installed once for each lock file", async () => {
    await hasAll();
    const installs = async () => {
      const { stdout } = await promisify(execFile)("/usr/bin/cat", [sandbox.path("npm.log")]);
      return stdout.trim().split("\n").length;
    };
    assert.equal((await bootstrap()).code, 0);
    assert.equal((await bootstrap()).code, 0);
    assert.equal(await installs(), 1);
    await sandbox.file("clone/package-lock.json", '{"changed":true}');
    assert.equal((await bootstrap()).code, 0);
    assert.equal(await installs(), 2);
  });

  test("are not installed by a mere check", async () => {
    await hasAll();
    await has("npm", "exit 1");
    assert.equal((await bootstrap("--check")).code, 0);
  });

  test("that can't be installed are an error with npm's own words", async () => {
    await hasAll();
    await has("npm", "echo ECONNREFUSED >&2; exit 1");
    const { code, said } = await bootstrap();
    assert.equal(code, 1);
    assert.match(said, /ECONNREFUSED\nnpm ci failed: see above; is the npm registry .* reachable/);
  });
});
