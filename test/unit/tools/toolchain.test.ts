import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { inspect, Progress, toolchain } from "../../../tools";
import { cacheFolder } from "../../../tools/cache";
import { fakeGo } from "./support/go";
import { Sandbox } from "./support/sandbox";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.create();
  sandbox.set("PULUMI_HOME", sandbox.path("home"));
  await fakeGo(sandbox);
});
afterEach(() => sandbox.remove());

const silent = new Progress(() => undefined);

async function officialCli(): Promise<void> {
  await sandbox.program("bin/pulumi", "echo v3.250.0");
  await sandbox.program("bin/pulumi-language-nodejs", "");
}

function officialDocker(): Promise<string> {
  return sandbox.program("home/plugins/resource-docker-v5.2.0/pulumi-resource-docker", "official");
}

const sources = (parts: readonly { name: string; source: string }[]) =>
  Object.fromEntries(parts.map(({ name, source }) => [name, source]));

describe("the tool chain", () => {
  test("has the very files of CLI and language host in one folder: the CLI looks beside its own file", async () => {
    const { binDir, parts } = await toolchain("application", silent);
    for (const name of ["pulumi", "pulumi-language-nodejs"]) {
      const file = parts.find((part) => part.name === name)?.file ?? "";
      assert.equal(statSync(path.join(binDir, name)).ino, statSync(file).ino);
    }
  });

  test("replaces a program in that folder that was tampered with", async () => {
    const { binDir } = await toolchain("application", silent);
    const pulumi = path.join(binDir, "pulumi");
    const before = readFileSync(pulumi, "utf8");
    writeFileSync(pulumi, "forged");
    await toolchain("application", silent);
    assert.equal(readFileSync(pulumi, "utf8"), before);
  });

  test("says which parts were built, and which the cache had", async () => {
    const first = await toolchain("application", silent);
    assert.ok(first.parts.every(({ source }) => source === "built from Go modules"));
    const second = await toolchain("application", silent);
    assert.ok(second.parts.every(({ source }) => source === "cached build"));
  });

  test("takes a fitting CLI from the PATH, and builds only the rest", async () => {
    await officialCli();
    const { binDir, parts, plugins } = await toolchain("application", silent);
    assert.equal(binDir, sandbox.path("bin"));
    assert.deepEqual(sources(parts), {
      pulumi: "official",
      "pulumi-language-nodejs": "official",
      "pulumi-resource-docker": "built from Go modules",
    });
    assert.deepEqual(
      plugins.map(({ name, version }) => `${name} ${version}`),
      ["docker 5.2.0"],
    );
  });

  test("takes an official plugin with the official CLI, and then needs no Go", async () => {
    await officialCli();
    const file = await officialDocker();
    await sandbox.program("bin/go", "exit 1");
    const { plugins } = await toolchain("application", silent);
    assert.deepEqual(plugins, [{ name: "docker", version: "5.2.0", file }]);
  });

  test("builds the plugin too where the CLI is its own build", async () => {
    await officialDocker();
    const { parts } = await toolchain("application", silent);
    assert.equal(sources(parts)["pulumi-resource-docker"], "built from Go modules");
  });

  test("says why a Pulumi of another version is not used", async () => {
    await sandbox.program("bin/pulumi", "echo v3.1.0");
    const { binDir, remark } = await toolchain("application", silent);
    assert.equal(binDir, path.join(cacheFolder(), "bin"));
    assert.match(remark ?? "", /it is version 3\.1\.0, and Slipway is pinned to 3\.250\.0/);
  });
});

describe("looking at the tool chain", () => {
  test("builds nothing and says what is missing", async () => {
    const { parts } = await inspect("swarm");
    assert.deepEqual(new Set(parts.map(({ source }) => source)), new Set(["missing"]));
    assert.ok(parts.length === 4);
  });

  test("works without Go", async () => {
    await sandbox.program("bin/go", "exit 1");
    const { parts } = await inspect("swarm");
    assert.ok(parts.every(({ source }) => source === "missing"));
  });

  test("tells cached builds and official programs apart", async () => {
    await toolchain("application", silent);
    await officialCli();
    assert.deepEqual(sources((await inspect("swarm")).parts), {
      "pulumi-language-nodejs": "official",
      pulumi: "official",
      "pulumi-resource-vsphere": "missing",
      "pulumi-resource-docker": "cached build",
    });
  });
});
