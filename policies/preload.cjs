"use strict";
/**
 * Loaded by Node before the policy pack (`nodeargs` in PulumiPolicy.yaml): TypeScript as it stands in the files, and
 * nothing that the pack has no use for. It is what every preview waits for.
 */
const Module = require("node:module");

require("../components/runtime/typescript.cjs");

/** By which values on the wire say what they are; test/policies/preload.test.ts holds them to the SDK's own. */
const signatures = {
  specialSigKey: "4dabf18193072939515e22adb298388d",
  specialAssetSig: "c44067f5952c0a294b673a41bacd8c17",
  specialArchiveSig: "0def7320c3a5731c473e5ecbe6d01bc7",
  specialSecretSig: "1b47061264138c4ac30d75fd1eb44270",
};

const runner = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run-policy-pack[\\/]run\.js$/;
const runnerOrTypescript =
  /[\\/]@pulumi[\\/]pulumi[\\/](cmd[\\/]run-policy-pack[\\/]run|tsutils)\.js$/;
const wire = /[\\/]@pulumi[\\/]policy[\\/]deserialize\.js$/;

/** Parts of Pulumi's SDKs, as their files are named, and what stands for modules that they ask for. */
const spared = [
  {
    // It registers ts-node with the compiler, which takes longer than all the rest; the loader above does what it would.
    by: runnerOrTypescript,
    modules: /^typescript$|typescript\.js$|ts-node(@[\d.]+)?$/,
    stand: () => ({ version: "", VERSION: "", register: () => undefined }),
  },
  {
    // It wants to know the version of the compiler.
    by: runner,
    modules: /^semver$/,
    stand: () => ({ parse: () => null }),
  },
  {
    // The connection to the engine that programs have: a pack is asked, and tells of errors alone.
    by: runnerOrTypescript,
    modules: /^\.(\/|\.\/\.\.\/)log$/,
    stand: (whole) => ({ debug: () => undefined, error: (...told) => whole().error(...told) }),
  },
  {
    by: runner,
    modules: /^\.\.\/\.\.\/runtime\/settings$/,
    stand: () => ({ disconnectSync: () => undefined }),
  },
  {
    by: runner,
    modules: /^\.\.\/\.\.\/runtime\/manifest$/,
    stand: (whole) => ({ readPackageManifest: (folder) => whole().readPackageManifest(folder) }),
  },
  {
    // The SDK for programs, of which a pack needs assets, and only where there are some.
    by: wire,
    modules: /^@pulumi\/pulumi$/,
    stand: (whole) => ({
      get asset() {
        return whole().asset;
      },
      get Output() {
        return whole().Output;
      },
    }),
  },
  { by: wire, modules: /^@pulumi\/pulumi\/runtime\/rpc$/, stand: () => signatures },
];

const load = Module._load;
Module._load = function (request, parent, isMain) {
  const from = parent?.filename ?? "";
  const whole = () => load.call(this, request, parent, isMain);
  const one = spared.find(({ by, modules }) => modules.test(request) && by.test(from));
  return one === undefined ? whole() : one.stand(whole);
};

exports.signatures = signatures;
