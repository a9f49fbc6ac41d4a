"use strict";
// Modules are looked up from this file, so that the provider starts both in a clone of Slipway and
// where Slipway is installed under another project's node_modules, whatever the current directory.
const process = require("node:process");

try {
  require("../components/runtime/typescript.cjs");
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") throw error;
  process.stderr.write(
    "slipway provider: its packages are not installed; run npm ci in the project\n",
  );
  process.exit(1);
}
require("./main.ts");
