import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { buildPart, builtPart } from "../../../tools/build";
import { partNamed, partsFor } from "../../../tools/parts";
import { Progress } from "../../../tools/progress";
import { brokenGo, fakeGo } from "./support/go";
import { Sandbox } from "./support/sandbox";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.create();
});
afterEach(() => sandbox.remove());

const silent = new Progress(() => undefined);
const vsphere = partNamed("pulumi-resource-vsphere");

describe("building a part", () => {
  test("sets its version, leaves out symbols and paths, and changes no go.sum", async () => {
    await fakeGo(sandbox);
    await buildPart(vsphere, silent);
    const log = await readFile(sandbox.path("go.log"), "utf8");
    const build = log.split("\n").find((line) => line.startsWith("build")) ?? "";
    assert.match(build, /-mod=readonly -trimpath -ldflags -s -w -X main.version=4\.10\.0 -o/);
  });

  test("puts what a module embeds of a dependency beside its sources, and leaves the project alone", async () => {
    await fakeGo(sandbox);
    const { file } = await buildPart(partNamed("pulumi-resource-kubernetes"), silent);
    const log = await readFile(sandbox.path("go.log"), "utf8");
    const folder = /^build .* in (.*) with (.*)$/m.exec(log);
    assert.match(folder?.[1] ?? "", /\/source$/);
    assert.equal(folder?.[2], "go.mod go.sum main.go schema.json terraform-mapping.json");
    assert.deepEqual(readdirSync(path.dirname(file)).sort(), [
      "manifest.json",
      "pulumi-resource-kubernetes",
    ]);
  });

  test("happens once: the next time the cache has it", async () => {
    await fakeGo(sandbox);
    assert.equal(await builtPart(vsphere), undefined);
    const { file, built } = await buildPart(vsphere, silent);
    assert.deepEqual([built, existsSync(file)], [true, true]);
    assert.deepEqual(await buildPart(vsphere, silent), { file, built: false });
    assert.equal(await builtPart(vsphere), file);
  });

  test("happens again when the program was tampered with", async () => {
    await fakeGo(sandbox);
    const { file } = await buildPart(vsphere, silent);
    await writeFile(file, "forged");
    assert.equal(await builtPart(vsphere), undefined);
    assert.equal((await buildPart(vsphere, silent)).built, true);
  });

  test("happens again with another compiler", async () => {
    await fakeGo(sandbox);
    await buildPart(vsphere, silent);
    await fakeGo(sandbox, "go1.27.0");
    assert.equal((await buildPart(vsphere, silent)).built, true);
  });

  test("never runs beside another build, which would compile what they share twice", async () => {
    await fakeGo(sandbox);
    await Promise.all(partsFor("all").map((part) => buildPart(part, silent)));
    assert.equal(existsSync(sandbox.path("overlap")), false);
  });
});

describe("a part that can't be built", () => {
  const failure = (pattern: RegExp) =>
    assert.rejects(buildPart(vsphere, silent), { name: "ToolchainError", message: pattern });

  test("says what Go said, without its downloads", async () => {
    await brokenGo(sandbox, "go: downloading example.org/x v1.0.0\nmain.go:3: undefined: y\n");
    await failure(/^pulumi-resource-vsphere could not be built:\nmain\.go:3: undefined: y$/);
  });

  test("says how to get Go, or do without, where there is none", async () => {
    sandbox.set("PATH", sandbox.path("nothing"));
    await failure(
      /^pulumi-resource-vsphere is not here, and Go is not on the PATH\. Install Go 1\.26 or newer .* or install Pulumi's official programs/,
    );
  });

  test("says which Go is too old", async () => {
    await fakeGo(sandbox, "go1.22.3");
    await failure(/this Go is go1\.22\.3\. Install Go 1\.26 or newer/);
  });

  test("passes on what a Go says that cannot even start", async () => {
    await sandbox.program("bin/go", "echo 'go.mod requires go >= 1.26' >&2; exit 1");
    sandbox.set("PATH", `${sandbox.path("bin")}:/usr/bin:/bin`);
    await failure(/Go says: go\.mod requires go >= 1\.26\. Install/);
  });
});
