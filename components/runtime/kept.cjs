"use strict";
/* global Buffer */
/**
 * What is made of sources once for all clones of a machine: under a name that says what it was made from, so that it can't
 * be stale, and with a hash of its own, so that it can't be broken.
 */
const { createHash, randomUUID } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const process = require("node:process");

const caches = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
const folder = path.join(caches, "slipway", "programs");
/** What is older is made anew, and so what no clone has any more goes. */
const keepDays = 30;

/** @param {...(string | Buffer)} parts */
const hash = (...parts) => {
  const all = createHash("sha256");
  for (const part of parts) all.update(part);
  return all.digest("hex");
};

/** @returns {Buffer | undefined} what was kept under the name; `undefined` when there is nothing that can be trusted. */
function kept(name) {
  try {
    const bytes = fs.readFileSync(path.join(folder, name));
    const end = bytes.indexOf("\n");
    const content = bytes.subarray(end + 1);
    return bytes.toString("latin1", 0, end) === `//${hash(content)}` ? content : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that can't be written is none: programs run without it. */
function keep(name, content) {
  const place = path.join(folder, name);
  const unfinished = `${place}.${randomUUID()}`;
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    return;
  }
  try {
    const head = Buffer.from(`//${hash(content)}\n`);
    fs.writeFileSync(unfinished, Buffer.concat([head, Buffer.from(content)]), { mode: 0o600 });
    fs.renameSync(unfinished, place);
  } catch {
    fs.rmSync(unfinished, { force: true });
  }
}

function dropOld() {
  const before = Date.now() - keepDays * 24 * 3600 * 1000;
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    const file = path.join(folder, name);
    if (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs < before)
      fs.rmSync(file, { force: true });
  }
}

module.exports = { hash, kept, keep, dropOld };
