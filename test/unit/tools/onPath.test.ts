import assert from "node:assert/strict";
import { mkdir, symlink } from "node:fs/promises";
import { afterEach, beforeEach, describe, test } from "node:test";
import { cacheFolder } from "../../../tools/cache";
import { installedPulumi } from "../../../tools/onPath";
import { Sandbox } from "./support/sandbox";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.create();
  sandbox.set("PATH", `${sandbox.path("bin")}:/bin:/usr/bin`);
});
afterEach(() => sandbox.remove());

async function remark(): Promise<string> {
  const found = await installedPulumi("3.250.0");
  assert.equal(found.folder, undefined);
  return ("remark" in found ? found.remark : undefined) ?? "";
}

describe("a Pulumi on the PATH", () => {
  test("is used when it is of the pinned version and has its language host beside it", async () => {
    await sandbox.program("bin/pulumi", "echo v3.250.0");
    await sandbox.program("bin/pulumi-language-nodejs", "");
    assert.deepEqual(await installedPulumi("3.250.0"), { folder: sandbox.path("bin") });
  });

  test("is refused when it is of another version, and both versions are named", async () => {
    await sandbox.program("bin/pulumi", "echo v3.251.1");
    await sandbox.program("bin/pulumi-language-nodejs", "");
    assert.match(await remark(), /bin\/pulumi is not used: it is version 3\.251\.1, .* 3\.250\.0$/);
  });

  test("is refused without a language host beside it", async () => {
    await sandbox.program("bin/pulumi", "echo v3.250.0");
    assert.match(await remark(), /pulumi-language-nodejs is not beside it/);
  });

  test("is refused when it does not tell its version", async () => {
    await sandbox.program("bin/pulumi", "exit 1");
    assert.match(await remark(), /does not answer `pulumi version`/);
  });

  test("is not missed where there is none", async () => {
    assert.equal(await remark(), "");
  });

  test("is no official one when Slipway built it", async () => {
    const own = await sandbox.program("cache/slipway/toolchain/pulumi-1/pulumi", "echo v3.250.0");
    assert.ok(own.startsWith(cacheFolder()));
    await mkdir(sandbox.path("bin"));
    await symlink(own, sandbox.path("bin/pulumi"));
    await sandbox.program("bin/pulumi-language-nodejs", "");
    assert.equal(await remark(), "");
  });
});
