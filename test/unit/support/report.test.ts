import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { Attempt, Report } from "../../support/report";

const run = promisify(execFile);
const root = path.resolve(__dirname, "../../..");

/** Runs `test/run.ts` of a copy that has only the given test file; node:test refuses to nest in one process tree. */
async function runWith(source: string): Promise<{ code: number; lastLine: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "slipway-report-"));
  try {
    await writeFile(path.join(folder, "sample.test.ts"), source);
    const script = `
      const { Attempt, Report } = require(${JSON.stringify(path.join(root, "test/support/report.ts"))});
      const { run } = require("node:test");
      const attempt = new Attempt(${JSON.stringify(folder)});
      const stream = run({ files: [${JSON.stringify(path.join(folder, "sample.test.ts"))}] });
      stream.on("test:pass", (event) => attempt.passed(event));
      stream.on("test:fail", (event) => attempt.failed(event));
      stream.on("end", () => {
        const report = new Report();
        report.count(attempt);
        process.exitCode = report.close();
      });
      stream.resume();`;
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
    // A file, not `-e`: node:test hands the runner's own flags on to the files it runs.
    const main = path.join(folder, "main.js");
    await writeFile(main, script);
    const nodeOptions = { NODE_OPTIONS: `--require ${require.resolve("tsx/cjs")}` };
    const result = await run(process.execPath, [main], { env: { ...env, ...nodeOptions } }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: unknown) => error as { code: number; stdout: string },
    );
    return { code: result.code, lastLine: result.stdout.trimEnd().split("\n").at(-1) ?? "" };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const header = `const { test, describe } = require("node:test"); const assert = require("assert");\n`;

void test("counts tests, not suites, and fails when one failed", async () => {
  const outcome = await runWith(
    `${header}describe("s", () => { test("a", () => {}); test("b", () => assert.equal(1, 2)); test.skip("c", () => {}); });`,
  );
  assert.deepEqual(outcome, { code: 1, lastLine: "Tests: 1 passed, 1 failed, 1 skipped" });
});

void test("counts a file that cannot be loaded as one failure", async () => {
  const outcome = await runWith(`throw new Error("broken file");`);
  assert.deepEqual(outcome, { code: 1, lastLine: "Tests: 0 passed, 1 failed" });
});

void test("fails a run in which no test ran", async () => {
  const outcome = await runWith("export {};");
  assert.deepEqual(outcome, { code: 1, lastLine: "Tests: 0 passed, 0 failed" });
});

void test("counts a hook that fails after its tests have passed", async () => {
  const outcome = await runWith(
    `${header}const { after } = require("node:test"); describe("s", () => { after(() => { throw new Error("late"); }); test("a", () => {}); });`,
  );
  assert.deepEqual(outcome, { code: 1, lastLine: "Tests: 1 passed, 1 failed" });
});

void test("says what a file that ran again had failed with, and lets no more run again than allowed", (t) => {
  const said: string[] = [];
  const { mock } = t.mock.method(process.stdout, "write", (text: string) => said.push(text));
  const failed = new Attempt(root);
  failed.failures.push("sample.test.ts › a\nlate");
  failed.counts.failed = 1;
  const passed = new Attempt(root);
  passed.counts.passed = 1;
  const report = new Report(1);
  const before = report.mayRepeat;
  report.repeat("sample.test.ts", failed);
  report.count(passed);
  const [after, code] = [report.mayRepeat, report.close()];
  mock.restore();
  assert.deepEqual([before, after, code], [true, false, 0]);
  assert.deepEqual(said, [
    "\nFAIL (runs again) sample.test.ts › a\nlate\n",
    "\nFLAKY sample.test.ts: failed, and ran a second time\n",
    "\nTests: 1 passed, 0 failed\n",
  ]);
});
