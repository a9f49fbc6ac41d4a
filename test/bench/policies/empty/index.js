"use strict";
/* global __dirname, require, process */
const path = require("node:path");
const { PolicyPack } = require("@pulumi/policy");

// The SDK takes the version from the package.json of the current folder.
process.chdir(path.join(__dirname, "../../../.."));
new PolicyPack("empty", { policies: [] });
