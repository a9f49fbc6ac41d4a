import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import * as rpc from "@pulumi/pulumi/runtime/rpc";

const checkout = path.join(__dirname, "../..");

/** Runs code with the pack's preload, in a process of its own. */
function withPreload(code: string): string {
  const args = ["--require", path.join(checkout, "policies/preload.cjs"), "-e", code];
  return execFileSync(process.execPath, args, { cwd: checkout, encoding: "utf8" });
}

test("what stands for the SDK's marks are the SDK's marks", () => {
  const told = withPreload(
    `console.log(JSON.stringify(require("./policies/preload.cjs").signatures))`,
  );
  assert.deepEqual(JSON.parse(told), {
    specialSigKey: rpc.specialSigKey,
    specialAssetSig: rpc.specialAssetSig,
    specialArchiveSig: rpc.specialArchiveSig,
    specialSecretSig: rpc.specialSecretSig,
  });
});

test("the pack starts without the compiler, the SDK for programs and npm's Arborist", () => {
  const told = withPreload(`
    require("@pulumi/pulumi/cmd/run-policy-pack/run");
    require("@pulumi/policy");
    console.log(Object.keys(require.cache).join("\\n"));
  `);
  assert.doesNotMatch(
    told,
    /node_modules\/typescript\/|ts-node|arborist|pulumi\/automation|pulumi\/runtime\/settings/,
  );
  assert.match(told, /@pulumi\/policy\/server\.js/);
});

test("assets are there when a resource has some", () => {
  const told = withPreload(`
    const { deserializeProperties } = require("@pulumi/policy/deserialize");
    const { specialSigKey: key, specialAssetSig: asset } = require("./policies/preload.cjs").signatures;
    const value = deserializeProperties({ toJavaScript: () => ({ file: { [key]: asset, text: "a" } }) }, false);
    console.log(value.file.constructor.name);
  `);
  assert.equal(told.trim(), "StringAsset");
});
