"use strict";
/* global require */
/** Entry of the policy pack: Node finds no TypeScript by itself. */
require("./preload.cjs");
require("./pack");
