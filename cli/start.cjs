"use strict";
/* global __dirname */
// Modules are looked up from this file, so that the command starts both in a clone of Slipway and
// where Slipway is installed under another project's node_modules, whatever the current directory.
const path = require("node:path");
const process = require("node:process");

// tsx would read the tsconfig.json of the current directory, which is somebody else's.
process.env.TSX_TSCONFIG_PATH = path.join(__dirname, "..", "tsconfig.json");
try {
  require("../components/runtime/preload.cjs");
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") throw error;
  process.stderr.write("slipway: its packages are not installed; run npm ci in the project\n");
  process.exit(1);
}
require("./main.ts");
