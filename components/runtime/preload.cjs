"use strict";
/**
 * Loaded by Node before a Slipway program (`nodeargs` in Pulumi.yaml). TypeScript runs as it stands in the files: what it
 * is transpiled to is looked up by its content.
 *
 * The rest is for speed, and changes nothing that a program does. What it saves, for a preview of 100 machines, is in
 * docs/benchmarks.md.
 */
const Module = require("node:module");
const process = require("node:process");

require("./typescript.cjs");

/**
 * Modules that `@pulumi/pulumi` loads when it starts and few programs use: the TypeScript compiler and npm's Arborist,
 * to serialise closures for dynamic providers (Slipway's provider is a plugin), and what sends traces of the program
 * to a collector (`--tracing`). They load when something first touches them.
 */
const deferred = [
  {
    by: /[\\/]@pulumi[\\/]pulumi[\\/](?:runtime[\\/]closure[\\/]|typescript-shim)/,
    modules: new Set(["typescript", "@npmcli/arborist"]),
  },
  {
    by: /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]tracing\.js$/,
    modules: new Set([
      "@opentelemetry/resources",
      "@opentelemetry/sdk-trace-base",
      "@opentelemetry/exporter-zipkin",
      "@opentelemetry/instrumentation",
      "@opentelemetry/instrumentation-grpc",
      "@opentelemetry/sdk-trace-node",
    ]),
  },
];

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

const sdk = /[\\/]@pulumi[\\/]pulumi[\\/][^]*\.js$/;

/** Functions of the SDK that are replaced by cheaper ones, by the end of the name under which the SDK asks for their module. */
const lighter = new Map([
  ["log", { name: "debug", replacement: quiet }],
  ["debuggable", { name: "debuggablePromise", replacement: untraced }],
  ["resource", { name: "Resource", replacement: unplaced }],
]);
const lightened = new WeakSet();

/**
 * The SDK sends each of its debug messages to the engine by a call of its own, one after the other, and the program
 * does not end before the last is there: ten for every machine, a third of the program's time. The engine shows
 * them with `--debug` only. With SLIPWAY_DEBUG=1 they are sent.
 */
function quiet({ debug }) {
  return process.env.SLIPWAY_DEBUG === "1" ? debug : () => Promise.resolve();
}

/**
 * The SDK captures a stack trace with each promise that it makes, several hundred for every machine, and shows it
 * with PULUMI_DEBUG_PROMISE_LEAKS only. Errors keep theirs.
 */
function untraced({ debugPromiseLeaks, debuggablePromise }) {
  if (debugPromiseLeaks) return debuggablePromise;
  return (promise, context) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}

/**
 * The SDK renders the whole stack for each resource, through source maps, to tell the engine the line that declares it:
 * a line of Slipway's, which means nothing to its users.
 */
function unplaced({ Resource }) {
  Resource.stackTrace = () => [];
  return Resource;
}

/** Only once the module has run: one that is asked for in a circle has nothing to replace yet. */
function lighten(loaded, { name, replacement }) {
  if (typeof loaded[name] !== "function" || lightened.has(loaded)) return;
  lightened.add(loaded);
  loaded[name] = replacement(loaded);
}

const load = Module._load;
Module._load = function (request, parent, isMain) {
  const from = parent?.filename ?? "";
  if (deferred.some(({ by, modules }) => modules.has(request) && by.test(from))) {
    return lazily(() => load.call(this, request, parent, isMain));
  }
  const loaded = load.call(this, request, parent, isMain);
  const part = request.startsWith(".") ? lighter.get(request.split("/").at(-1)) : undefined;
  if (part !== undefined && sdk.test(from)) lighten(loaded, part);
  return loaded;
};
