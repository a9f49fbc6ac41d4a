/** `npm run check`: types, lint and format, side by side; every finding of all three. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const project = path.dirname(__dirname);

interface Check {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
}

const checks: readonly Check[] = [
  {
    name: "types",
    script: require.resolve("typescript/bin/tsc"),
    args: ["--noEmit", "-p", project],
  },
  {
    name: "lint",
    script: path.join(project, "node_modules/eslint/bin/eslint.js"),
    args: ["--max-warnings", "0", "."],
  },
  {
    name: "format",
    script: require.resolve("prettier/bin/prettier.cjs"),
    args: ["--check", "--log-level", "warn", "."],
  },
];

function run(check: Check): Promise<{ name: string; passed: boolean; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [check.script, ...check.args],
      { cwd: project, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        resolve({ name: check.name, passed: error === null, output: `${stdout}${stderr}`.trim() });
      },
    );
  });
}

async function main(): Promise<void> {
  if (!existsSync(path.join(project, "sdks/vsphere/package.json"))) {
    process.stderr.write("sdks/vsphere is missing: run `make setup`, which generates it\n");
    process.exitCode = 1;
    return;
  }
  for (const { name, passed, output } of await Promise.all(checks.map(run))) {
    process.stdout.write(`${passed ? "ok  " : "FAIL"} ${name}\n`);
    if (!passed) {
      process.stdout.write(`${output}\n`);
      process.exitCode = 1;
    }
  }
}

void main();
