"use strict";
/* global __dirname */
/**
 * Lets Node load TypeScript as it stands in the files. esbuild transpiles a file once for all clones of a machine: what
 * comes of it is kept under the hash of its source.
 *
 * tsx, which tests and tools run with, does the same at three times the cost: its output carries source maps, which
 * Node reads with every file. Here they are made for files that an error's stack trace names.
 */
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { install } = require("source-map-support");
const { dropOld, hash, keep, kept } = require("./kept.cjs");
const { form, settings } = require("./settings.cjs");

const root = path.join(__dirname, "..", "..");
/** What may be loaded of Slipway: transpiled all at once where one file is missing, as esbuild takes longer to start than to work. */
const sources = ["cli", "components", "policies", "provider", "stacks", "tools"];

const nameOf = (source) => `${hash(`${form}\n${source}`)}.js`;
const keptOf = (source) => kept(nameOf(source))?.toString("utf8");

/** @returns the files of Slipway of which nothing is kept, each with its source. */
function missing() {
  return (
    sources
      .map((folder) => path.join(root, folder))
      .filter((folder) => fs.existsSync(folder))
      .flatMap((folder) => fs.readdirSync(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name))
      // Node 20.11 has no parentPath yet, later ones no path any more.
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
      .map((file) => ({ file, source: fs.readFileSync(file, "utf8") }))
      .filter(({ source }) => keptOf(source) === undefined)
  );
}

let isPrepared = false;

/** Transpiles all of Slipway that nothing is kept of. */
function prepare() {
  if (isPrepared) return;
  isPrepared = true;
  const files = missing();
  if (files.length === 0) return;
  const { outputFiles } = require("esbuild").buildSync({
    ...settings,
    entryPoints: files.map(({ file }) => file),
    outbase: root,
    outdir: root,
    write: false,
    logLevel: "silent",
  });
  const made = new Map(outputFiles.map((output) => [output.path, output.text]));
  for (const { file, source } of files) {
    const code = made.get(file.replace(/\.ts$/, ".js"));
    // esbuild has read the file by itself: what was saved meanwhile must not be kept as what it was before.
    if (code !== undefined && fs.readFileSync(file, "utf8") === source) keep(nameOf(source), code);
  }
  dropOld();
}

/** @throws esbuild's error, which names file, line and column. */
function transpile(source, file, sourcemap = false) {
  return require("esbuild").transformSync(source, {
    ...settings,
    loader: "ts",
    sourcefile: file,
    sourcemap: sourcemap && "external",
  });
}

/** By file, what runs of it. */
const running = new Map();

function load(module, file) {
  const source = fs.readFileSync(file, "utf8");
  running.set(file, source);
  let code = keptOf(source);
  if (
    code === undefined &&
    sources.some((folder) => file.startsWith(path.join(root, folder, "/")))
  ) {
    try {
      prepare();
      code = keptOf(source);
    } catch {
      // A file that has mistakes is named below, if it is one that is loaded.
    }
  }
  if (code === undefined) {
    code = transpile(source, file).code;
    keep(nameOf(source), code);
  }
  module._compile(code, file);
}

Module._extensions[".ts"] = load;

install({
  environment: "node",
  handleUncaughtExceptions: false,
  retrieveSourceMap: (file) => {
    const source = running.get(file);
    return source === undefined
      ? null
      : { url: file, map: JSON.parse(transpile(source, file, true).map) };
  },
});
