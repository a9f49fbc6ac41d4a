"use strict";
/**
 * Loaded by Node before a Slipway program (`nodeargs` in Pulumi.yaml).
 *
 * 1. TypeScript runs as it stands in the files, transpiled in memory by tsx: there is no compiled
 *    copy that could be stale.
 * 2. `@pulumi/pulumi` loads the TypeScript compiler and npm's Arborist when it starts, two thirds of
 *    its start-up time, to serialise closures for dynamic providers. Slipway has none (its provider
 *    is a plugin), so both load when something first touches them.
 */
require("tsx/cjs");
const Module = require("node:module");

const closureFolder = /[\\/]@pulumi[\\/]pulumi[\\/](runtime[\\/]closure[\\/]|typescript-shim)/;
const deferred = new Set(["typescript", "@npmcli/arborist"]);
const load = Module._load;

/** Stands for a module until one of its members is asked for. */
function lazily(loadModule) {
  let loaded;
  const target = () => (loaded ??= loadModule());
  return new Proxy(function () {}, {
    // Compiled TypeScript asks `__esModule` to decide whether to copy every member: it must not.
    get: (_, key) => (key === "__esModule" ? true : target()[key]),
    has: (_, key) => key in target(),
    apply: (_, self, args) => Reflect.apply(target(), self, args),
    construct: (_, args) => Reflect.construct(target(), args),
  });
}

Module._load = function (request, parent, isMain) {
  if (deferred.has(request) && closureFolder.test(parent?.filename ?? "")) {
    return lazily(() => load.call(this, request, parent, isMain));
  }
  return load.call(this, request, parent, isMain);
};
