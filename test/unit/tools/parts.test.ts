import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { partNamed, parts, partsFor } from "../../../tools/parts";

const root = path.resolve(__dirname, "../../..");
const modules = ["languagehost", "pulumi-cli", "plugins", "kubernetes"] as const;

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}
const { dependencies } = JSON.parse(
  readFileSync(path.join(root, "package.json"), "utf8"),
) as Manifest;

/** Required version by module path, as a go.mod of ours has it. */
function requirements(module: string): ReadonlyMap<string, string> {
  const text = readFileSync(path.join(root, "tools/go", module, "go.mod"), "utf8");
  const lines = text.matchAll(/^(?:require |\t)(\S+) (v\S+)(?: \/\/ indirect)?$/gm);
  return new Map([...lines].map(([, name = "", version = ""]) => [name, version]));
}

const names = (purpose: Parameters<typeof partsFor>[0]) =>
  partsFor(purpose).map(({ name }) => name);

describe("the pinned list of parts", () => {
  test("has the versions that the npm packages ask for", () => {
    assert.equal(partNamed("pulumi").version, dependencies["@pulumi/pulumi"]);
    assert.equal(partNamed("pulumi-language-nodejs").version, dependencies["@pulumi/pulumi"]);
  });

  test("has the versions that the Go modules build", () => {
    const pulumi = `v${partNamed("pulumi").version}`;
    assert.equal(requirements("pulumi-cli").get("github.com/pulumi/pulumi/pkg/v3"), pulumi);
    assert.equal(requirements("languagehost").get("github.com/pulumi/pulumi/sdk/v3"), pulumi);
    assert.equal(
      requirements("plugins").get("github.com/hashicorp/terraform-provider-vsphere"),
      `v${partNamed("terraform-provider-vsphere").version}`,
    );
  });

  test("names each part once, in a Go module that is there", () => {
    assert.equal(new Set(parts.map(({ name }) => name)).size, parts.length);
    for (const { go } of parts) assert.ok(modules.some((module) => module === go.module));
  });

  test("does not make a Swarm wait for what only benchmarks need", () => {
    assert.ok(!names("swarm").includes("terraform-provider-vsphere"));
  });

  test("makes neither orchestrator wait for the other's plugin", () => {
    assert.ok(!names("swarm").includes("pulumi-resource-kubernetes"));
    assert.deepEqual(names("kubernetes"), [...names("swarm"), "pulumi-resource-kubernetes"]);
  });

  test("benchmarks what a Swarm runs with, beside its peer", () => {
    assert.deepEqual(names("bench"), [...names("swarm"), "terraform-provider-vsphere"]);
  });

  test("has every part under `all`", () => {
    assert.deepEqual(partsFor("all"), parts);
  });

  test("knows no other part", () => {
    assert.throws(() => partNamed("pulumi-resource-aws"), /no part pulumi-resource-aws/);
  });
});

describe("the Go modules", () => {
  /**
   * Versions that differ for a reason: the bridge of the plugins is written for a later Pulumi than the
   * CLI's, and one of its libraries for a later table writer.
   */
  const different = [
    "github.com/pulumi/pulumi/pkg/v3",
    "github.com/pulumi/pulumi/sdk/v3",
    "github.com/olekukonko/tablewriter",
  ];

  test("require one version of what they share, so that Go compiles it once", () => {
    const seen = new Map<string, string>();
    for (const module of modules) {
      // Pulumi's Kubernetes plugin does not build with a later Pulumi than its release had, whose libraries differ.
      if (module === "kubernetes") continue;
      for (const [name, version] of requirements(module)) {
        if (different.includes(name)) continue;
        assert.equal(version, seen.get(name) ?? version, `${name} in tools/go/${module}/go.mod`);
        seen.set(name, version);
      }
    }
    assert.ok(seen.size > 200);
  });
});
