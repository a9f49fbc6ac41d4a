import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { inspect, Progress, toolchain, type Toolchain } from "../../../tools";
import { cacheFolder } from "../../../tools/cache";
import type { SdkSource } from "../../../tools/sdk";
import { fakeGo } from "./support/go";
import { Sandbox } from "./support/sandbox";

let sandbox: Sandbox;
let sdkSources: SdkSource[];
beforeEach(async () => {
  sdkSources = [];
  sandbox = await Sandbox.create();
  sandbox.set("PULUMI_HOME", sandbox.path("home"));
  await fakeGo(sandbox);
});
afterEach(() => sandbox.remove());

const silent = new Progress(() => undefined);

/** The tool chain of a Swarm; what the npm package would be made from is only noted. */
function bring(): Promise<Toolchain> {
  return toolchain("swarm", silent, (source) => Promise.resolve(sdkSources.push(source)));
}

async function officialCli(): Promise<void> {
  await sandbox.program("bin/pulumi", "echo v3.250.0");
  await sandbox.program("bin/pulumi-language-nodejs", "");
}

function officialVsphere(): Promise<string> {
  return sandbox.program(
    "home/plugins/resource-vsphere-v4.10.0/pulumi-resource-vsphere",
    "official",
  );
}

const sources = (parts: readonly { name: string; source: string }[]) =>
  Object.fromEntries(parts.map(({ name, source }) => [name, source]));

describe("the tool chain", () => {
  test("has the very files of CLI and language host in one folder: the CLI looks beside its own file", async () => {
    const { binDir, parts } = await bring();
    for (const name of ["pulumi", "pulumi-language-nodejs"]) {
      const file = parts.find((part) => part.name === name)?.file ?? "";
      assert.equal(statSync(path.join(binDir, name)).ino, statSync(file).ino);
    }
  });

  test("replaces a program in that folder that was tampered with", async () => {
    const { binDir } = await bring();
    const pulumi = path.join(binDir, "pulumi");
    const before = readFileSync(pulumi, "utf8");
    writeFileSync(pulumi, "forged");
    await bring();
    assert.equal(readFileSync(pulumi, "utf8"), before);
  });

  test("says which parts were built, and which the cache had", async () => {
    const first = await bring();
    assert.ok(first.parts.every(({ source }) => source === "built from Go modules"));
    const second = await bring();
    assert.ok(second.parts.every(({ source }) => source === "cached build"));
  });

  test("takes a fitting CLI from the PATH, and builds only the rest", async () => {
    await officialCli();
    const { binDir, parts, plugins } = await bring();
    assert.equal(binDir, sandbox.path("bin"));
    assert.deepEqual(sources(parts), {
      pulumi: "official",
      "pulumi-language-nodejs": "official",
      "pulumi-resource-vsphere": "built from Go modules",
    });
    assert.deepEqual(
      plugins.map(({ name, version }) => `${name} ${version}`),
      ["vsphere 4.10.0"],
    );
  });

  test("takes an official plugin with the official CLI, and then needs no Go", async () => {
    await officialCli();
    const file = await officialVsphere();
    await sandbox.program("bin/go", "exit 1");
    const { plugins } = await bring();
    assert.deepEqual(plugins, [{ name: "vsphere", version: "4.10.0", file }]);
  });

  test("builds the plugin too where the CLI is its own build", async () => {
    await officialVsphere();
    const { parts } = await bring();
    assert.equal(sources(parts)["pulumi-resource-vsphere"], "built from Go modules");
  });

  test("has the npm package made by the plugin that it built, or by the official CLI from an official one", async () => {
    const { plugins } = await bring();
    await officialCli();
    const plugin = await officialVsphere();
    await bring();
    assert.deepEqual(sdkSources, [
      { version: "4.10.0", plugin: plugins[0]?.file, officialCli: undefined },
      { version: "4.10.0", plugin, officialCli: sandbox.path("bin") },
    ]);
  });

  test("says why a Pulumi of another version is not used", async () => {
    await sandbox.program("bin/pulumi", "echo v3.1.0");
    const { binDir, remark } = await bring();
    assert.equal(binDir, path.join(cacheFolder(), "bin"));
    assert.match(remark ?? "", /it is version 3\.1\.0, and Slipway is pinned to 3\.250\.0/);
  });
});

describe("looking at the tool chain", () => {
  test("builds nothing and says what is missing", async () => {
    const { parts } = await inspect("swarm");
    assert.deepEqual(new Set(parts.map(({ source }) => source)), new Set(["missing"]));
    assert.ok(parts.length === 3);
  });

  test("works without Go", async () => {
    await sandbox.program("bin/go", "exit 1");
    const { parts } = await inspect("swarm");
    assert.ok(parts.every(({ source }) => source === "missing"));
  });

  test("tells official programs, cached builds and what is missing apart", async () => {
    await bring();
    await officialCli();
    assert.deepEqual(sources((await inspect("bench")).parts), {
      "pulumi-language-nodejs": "official",
      pulumi: "official",
      "pulumi-resource-vsphere": "cached build",
      "terraform-provider-vsphere": "missing",
    });
  });
});
