import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";

const slipway = path.resolve(__dirname, "../../../cli/slipway");

function run(args: readonly string[], options: { program?: string; cwd?: string } = {}) {
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT;
  // Node alone: no Pulumi is found, whatever the machine has.
  env.PATH = `${path.dirname(process.execPath)}:/usr/bin:/bin`;
  return spawnSync(options.program ?? slipway, args, { encoding: "utf8", env, cwd: options.cwd });
}

describe("slipway command", () => {
  test("lists its commands and exit codes in its help", () => {
    const { status, stdout } = run(["--help"]);
    assert.equal(status, 0);
    for (const word of ["roll", "recover", "doctor", "version", "3 refused for safety"]) {
      assert.ok(stdout.includes(word), word);
    }
  });

  test("starts through a symbolic link from any folder", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-link-"));
    try {
      const link = path.join(folder, "slipway");
      symlinkSync(slipway, link);
      assert.equal(run(["--version"], { program: link, cwd: folder }).status, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const wrong: readonly [string, readonly string[], RegExp][] = [
    ["an unknown command, with the nearest one", ["rol"], /unknown command 'rol'[^]*roll/],
    ["an unknown option", ["roll", "lab", "managers", "--froce"], /unknown option '--froce'/],
    ["a roll without target", ["roll", "lab"], /either a pool or machine, or --all-stale/],
    [
      "a target beside --all-stale",
      ["roll", "lab", "x", "--all-stale"],
      /either a pool or machine/,
    ],
    [
      "a time that is none",
      ["roll", "lab", "managers", "--health-timeout", "soon"],
      /seconds above 0/,
    ],
    ["a recovery of nothing", ["recover"], /missing required argument 'pulumi-stack'/],
    ["a restore from nothing", ["restore", "lab"], /required option '--snapshot <file>'/],
    [
      "a list that is to be fetched",
      ["snapshot", "lab", "--list", "--output", "x"],
      /--list fetches nothing/,
    ],
  ];
  for (const [title, args, expected] of wrong) {
    test(`answers ${title} with exit code 2 and words`, () => {
      const { status, stderr } = run(args);
      assert.equal(status, 2);
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }

  test("tells an error as JSON when that is asked for, behind the command too", () => {
    const { status, stdout } = run(["roll", "lab", "managers", "--json"], { cwd: os.tmpdir() });
    assert.equal(status, 1);
    const { error, exitCode } = JSON.parse(stdout) as { error: string; exitCode: number };
    assert.match(error, /pulumi is not on the PATH/);
    assert.equal(exitCode, 1);
  });

  test("writes no colour codes into a pipe", () => {
    assert.ok(!run(["roll", "--help"]).stdout.includes("\u001b"));
  });
});
