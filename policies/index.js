"use strict";
/* global __dirname, require */
/**
 * Entry of the policy pack, which every preview waits for: it starts as one file, and without what it has no use for.
 * PulumiPolicy.yaml has it started by Node before Pulumi's own runner is loaded; where a language host does not do that, the
 * runner starts it, a moment later.
 */
const path = require("node:path");
const { runBundled } = require("../components/runtime/bundle.cjs");
const { signatures } = require("./signatures.cjs");

runBundled(path.join(__dirname, "pack/index.ts"), {
  // The SDK for programs, of which a pack needs assets, and only where there are some.
  "@pulumi/pulumi": () => ({
    get asset() {
      return require("@pulumi/pulumi").asset;
    },
    get Output() {
      return require("@pulumi/pulumi").Output;
    },
  }),
  "@pulumi/pulumi/runtime/rpc": () => signatures,
});
