"use strict";
/* global __dirname */
/**
 * Lets Node load TypeScript as it stands in the files. esbuild transpiles a file once for all clones of a machine: what
 * comes of it is kept under the hash of its source, so that it can't be stale, and with a hash of its own, so that it can't be broken.
 *
 * tsx, which tests and tools run with, does the same at three times the cost: its output carries source maps, which
 * Node reads with every file. Here they are made for files that an error's stack trace names.
 */
const { createHash, randomUUID } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const process = require("node:process");
const { version } = require("esbuild/package.json");
const { install } = require("source-map-support");

const root = path.join(__dirname, "..", "..");
/** What may be loaded of Slipway: transpiled all at once where one file is missing, as esbuild takes longer to start than to work. */
const sources = ["cli", "components", "policies", "provider", "stacks", "tools"];

/** As tsconfig.json has it, which is read by editors and the type check alone. */
const settings = {
  format: "cjs",
  platform: "node",
  target: "node20",
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
};
/** Changes with all that decides what comes of a source. */
const form = `${version} ${JSON.stringify(settings)}`;

const caches = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
const cache = path.join(caches, "slipway", "programs");
/** What is older is made anew, and so what no clone has any more goes. */
const keepDays = 30;

const hash = (text) => createHash("sha256").update(text).digest("hex");
const placeOf = (source) => path.join(cache, `${hash(`${form}\n${source}`)}.js`);

/** @returns what came of a source before; `undefined` when there is nothing that can be trusted. */
function kept(source) {
  try {
    const text = fs.readFileSync(placeOf(source), "utf8");
    const end = text.indexOf("\n");
    const code = text.slice(end + 1);
    return text.slice(0, end) === `//${hash(code)}` ? code : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that can't be written is none: programs run without it. */
function keep(source, code) {
  const place = placeOf(source);
  const unfinished = `${place}.${randomUUID()}`;
  try {
    fs.mkdirSync(cache, { recursive: true, mode: 0o700 });
  } catch {
    return;
  }
  try {
    fs.writeFileSync(unfinished, `//${hash(code)}\n${code}`, { mode: 0o600 });
    fs.renameSync(unfinished, place);
  } catch {
    fs.rmSync(unfinished, { force: true });
  }
}

function dropOld() {
  const before = Date.now() - keepDays * 24 * 3600 * 1000;
  for (const name of fs.existsSync(cache) ? fs.readdirSync(cache) : []) {
    const file = path.join(cache, name);
    if (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs < before)
      fs.rmSync(file, { force: true });
  }
}

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
      .filter(({ source }) => kept(source) === undefined)
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
    if (code !== undefined && fs.readFileSync(file, "utf8") === source) keep(source, code);
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
  let code = kept(source);
  if (
    code === undefined &&
    sources.some((folder) => file.startsWith(path.join(root, folder, "/")))
  ) {
    try {
      prepare();
      code = kept(source);
    } catch {
      // A file that has mistakes is named below, if it is one that is loaded.
    }
  }
  if (code === undefined) {
    code = transpile(source, file).code;
    keep(source, code);
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
