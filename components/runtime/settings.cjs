"use strict";
/** How esbuild makes JavaScript of Slipway's TypeScript. */
const { version } = require("esbuild/package.json");

/** As tsconfig.json has it, which is read by editors and the type check alone. */
const settings = {
  format: "cjs",
  platform: "node",
  target: "node20",
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
};

/** Changes with all that decides what comes of a source. */
const form = `${version} ${JSON.stringify(settings)}`;

module.exports = { form, settings };
