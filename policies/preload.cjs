"use strict";
/**
 * Loaded by Node before the policy pack (`nodeargs` in PulumiPolicy.yaml): TypeScript as it stands in the files, and
 * nothing that the pack has no use for. It is what every preview waits for.
 */
const Module = require("node:module");

require("../components/runtime/typescript.cjs");

/** Parts of Pulumi's SDKs, as their files are named, and what stands for modules that they ask for. */
const spared = [
  {
    // It registers ts-node with the compiler, which takes longer than all the rest; the loader above does what it would.
    by: /[\\/]@pulumi[\\/]pulumi[\\/](cmd[\\/]run-policy-pack[\\/]run|tsutils)\.js$/,
    modules: /^typescript$|typescript\.js$|ts-node(@[\d.]+)?$/,
    stand: () => ({ version: "", VERSION: "", register: () => undefined }),
  },
  {
    // It wants to know the version of the compiler.
    by: /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run-policy-pack[\\/]run\.js$/,
    modules: /^semver$/,
    stand: () => ({ parse: () => null }),
  },
  {
    // The SDK for programs, of which a pack needs assets, and only where there are some.
    by: /[\\/]@pulumi[\\/]policy[\\/]deserialize\.js$/,
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
];

const load = Module._load;
Module._load = function (request, parent, isMain) {
  const from = parent?.filename ?? "";
  const whole = () => load.call(this, request, parent, isMain);
  const one = spared.find(({ by, modules }) => modules.test(request) && by.test(from));
  return one === undefined ? whole() : one.stand(whole);
};
