"use strict";
/* global __dirname, Buffer, setTimeout */
/**
 * Runs a TypeScript program of Slipway as one file: all that it loads, packages too, in one script that V8 has compiled
 * before. For programs that everybody waits for at every start; others are better off with `typescript.cjs`, where a change
 * costs no more than the file that is changed.
 *
 * A bundle is kept under the hash of all files that are in it, which are read at each start: it can't be stale.
 */
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const process = require("node:process");
const vm = require("node:vm");
const { dropOld, hash, keep, kept } = require("./kept.cjs");
const { form, settings } = require("./settings.cjs");

const root = path.join(__dirname, "..", "..");

/** What the compiler of this Node has made is of use to no other. */
const engine = `${process.versions.v8} ${process.arch}`;

/** How long a program runs before V8 is asked for what it has compiled of it, milliseconds. */
const settledAfter = 500;

/** @returns a hash of what is in the files of a bundle now; `undefined` where one is not there. */
function contentOf(what, files) {
  try {
    const contents = files.flatMap((file) => [file, fs.readFileSync(path.join(root, file))]);
    return hash(what, ...contents);
  } catch {
    return undefined;
  }
}

/**
 * Makes a bundle, and keeps it.
 *
 * @param what Says of which program it is, and what is left out of it.
 * @returns its code, with the map of its lines.
 * @throws esbuild's error, which names file, line and column.
 */
function make(what, entry, outside) {
  const begin = Date.now();
  const { metafile, outputFiles } = require("esbuild").buildSync({
    ...settings,
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: `${entry}.js`,
    bundle: true,
    write: false,
    metafile: true,
    sourcemap: "external",
    logLevel: "silent",
    external: outside,
  });
  const [map, code] = outputFiles
    .sort((a, b) => (a.path < b.path ? 1 : -1))
    .map(({ contents }) => Buffer.from(contents));
  const files = Object.keys(metafile.inputs).sort();
  // esbuild has read the files by itself: what was saved meanwhile must not be kept as what it was before.
  if (files.every((file) => fs.statSync(path.join(root, file)).mtimeMs < begin)) {
    const content = contentOf(what, files);
    keep(filesOf(what), JSON.stringify(files));
    keep(`${content}.bundle.js.map`, map);
    keep(`${content}.bundle.js`, code);
  }
  dropOld();
  return { code, map: () => map };
}

/** Name under which the list of a bundle's files is kept. */
const filesOf = (what) => `${hash(what)}.files.json`;

/** @returns the bundle that was made of the files as they are now. */
function keptBundle(what) {
  const files = kept(filesOf(what));
  const content = files && contentOf(what, JSON.parse(files.toString("utf8")));
  const code = content && kept(`${content}.bundle.js`);
  return code && { code, map: () => kept(`${content}.bundle.js.map`) };
}

/** Errors are told in the lines of the sources; what that takes is loaded when the first one is. */
function mapErrors(name, map) {
  Error.prepareStackTrace = (error, frames) => {
    require("source-map-support").install({
      environment: "node",
      handleUncaughtExceptions: false,
      retrieveSourceMap: (file) =>
        file === name ? { url: name, map: JSON.parse((map() ?? "null").toString("utf8")) } : null,
    });
    return Error.prepareStackTrace(error, frames);
  };
}

/**
 * Runs a program.
 *
 * @param {string} file Its TypeScript.
 * @param {Readonly<Record<string, () => object>>} stands By module, what stands for it: it is not loaded.
 * @throws esbuild's error where it can't be transpiled, and what the program throws.
 */
exports.runBundled = function (file, stands = {}) {
  const entry = path.relative(root, file);
  const own = Module.createRequire(file);
  const outside = Object.keys(stands).map((name) => own.resolve(name));
  const what = JSON.stringify([form, entry, ...Object.keys(stands)]);
  // grpc-js has it for services that nobody here has.
  const { code, map } = keptBundle(what) ?? make(what, entry, [...outside, "@grpc/proto-loader"]);
  const name = `${file}.js`;
  const compiled = `${hash(engine, code)}.v8`;
  const script = new vm.Script(Module.wrap(code.toString("utf8")), {
    filename: name,
    cachedData: kept(compiled),
  });
  mapErrors(name, map);
  if (script.cachedDataRejected !== false) {
    setTimeout(() => {
      keep(compiled, script.createCachedData());
    }, settledAfter).unref();
  }
  const module = new Module(name);
  module.filename = name;
  module.paths = Module._nodeModulePaths(path.dirname(file));
  const require = (request) => {
    const index = outside.indexOf(path.resolve(path.dirname(file), request));
    return index < 0 ? own(request) : Object.values(stands)[index]();
  };
  script.runInThisContext()(module.exports, require, module, name, path.dirname(file));
  return module.exports;
};
