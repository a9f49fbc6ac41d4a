import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { chmod, readFile, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { installPlugins, officialPlugin, userPulumiHome } from "../../../tools/plugins";
import { Sandbox } from "./support/sandbox";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.create();
});
afterEach(() => sandbox.remove());

const place = "home/plugins/resource-vsphere-v4.10.0/pulumi-resource-vsphere";

async function install(file: string): Promise<string> {
  await installPlugins(sandbox.path("home"), [{ name: "vsphere", version: "4.10.0", file }]);
  return sandbox.path(place);
}

describe("installing plugins", () => {
  test("puts them where the engine looks, ready to run, and nothing beside them", async () => {
    const target = await install(await sandbox.program("built", "echo one"));
    assert.match(await readFile(target, "utf8"), /echo one/);
    assert.equal((await stat(target)).mode & 0o111, 0o111);
    assert.deepEqual(readdirSync(path.dirname(target)), ["pulumi-resource-vsphere"]);
  });

  test("leaves a plugin alone that is there already", async () => {
    const built = await sandbox.program("built", "echo one");
    const target = await install(built);
    const before = await stat(target);
    await install(built);
    assert.equal((await stat(target)).ino, before.ino);
    const copy = await sandbox.program("copy", "echo one");
    await install(copy);
    assert.equal((await stat(target)).ino, before.ino);
  });

  test("replaces another build of the same size, even a later one", async () => {
    const older = await sandbox.program("older", "echo one");
    await utimes(older, new Date(0), new Date(0));
    const target = await install(await sandbox.program("newer", "echo two"));
    await install(older);
    assert.match(await readFile(target, "utf8"), /echo one/);
  });
});

describe("a plugin in the Pulumi home", () => {
  test("is official unless Slipway built it", async () => {
    const find = () => officialPlugin(sandbox.path("home"), "vsphere", "4.10.0");
    assert.equal(await find(), undefined);
    const file = await sandbox.file(place, "path\tgithub.com/pulumi/pulumi-vsphere\n");
    await chmod(file, 0o755);
    assert.equal(await find(), file);
    await sandbox.file(place, "path\tslipway/tools/plugins/vsphere\n");
    assert.equal(await find(), undefined);
  });

  test("is looked for where PULUMI_HOME says, else in the home folder", () => {
    sandbox.set("PULUMI_HOME", "/srv/pulumi");
    assert.equal(userPulumiHome(), "/srv/pulumi");
    sandbox.set("PULUMI_HOME", "");
    assert.match(userPulumiHome(), /\/\.pulumi$/);
  });
});
