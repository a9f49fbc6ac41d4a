"use strict";
/* global __dirname */
// Modules are looked up from this file, so that the provider starts both in a clone of Slipway and
// where Slipway is installed under another project's node_modules, whatever the current directory.
const Module = require("node:module");
const path = require("node:path");
const process = require("node:process");

// tsx would read the tsconfig.json of the current directory, which is somebody else's.
process.env.TSX_TSCONFIG_PATH = path.join(__dirname, "..", "tsconfig.json");

// tsx looks into every JavaScript file for what it might have to transpile, which doubles the time that
// packages take to load. Ours is TypeScript, and packages are CommonJS that Node loads as it is.
const loadJavaScript = Module._extensions[".js"];
try {
  require("tsx/cjs");
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") throw error;
  process.stderr.write(
    "slipway provider: its packages are not installed; run npm ci in the project\n",
  );
  process.exit(1);
}
Module._extensions[".js"] = loadJavaScript;

require("./main.ts");
