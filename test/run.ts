/**
 * Runs tests by area and closes with one plain line, `Tests: N passed, N failed`.
 *
 *   npm test                     everything: unit, policies, lab
 *   npm test -- unit             one area
 *   npm test -- lab/roll         files whose path contains the text
 *
 * A lab test file that fails runs once more, and the run says so (FLAKY): a machine that is late is no mistake. One file
 * may, in a run; where two fail, something is wrong. A run of named files repeats none: who names one looks at it.
 *
 * The lab shows one orchestrator in a run (`ORCHESTRATOR=kubernetes`, default `swarm`, or `all`): with cold caches both take
 * longer than CI allows. So do the lab tests that are for a night (`TESTS=all`, default `usual`).
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { run } from "node:test";
import { Attempt, Report } from "./support/report";

const areas = ["unit", "policies", "lab"] as const;
type Area = (typeof areas)[number];

/** Unit and policy tests share nothing and run side by side; lab tests take turns on one vCenter. */
const concurrency: Record<Area, number> = { unit: 2, policies: 2, lab: 1 };

const orchestrator = process.env.ORCHESTRATOR ?? "swarm";

/**
 * They wait a quarter of an hour and more for what has to come and to be over again (alerts, outages), or for programs that
 * nothing else needs to be built (the collector and the store of logs).
 */
const nightly = [
  "lab/monitoring.test.ts",
  "lab/kubernetesMonitoring.test.ts",
  "lab/logging.test.ts",
  "lab/kubernetesLogging.test.ts",
  "unit/logging/delivery.test.ts",
  "unit/logging/documents.test.ts",
  "unit/logging/lines.test.ts",
  "unit/logging/telemetry.test.ts",
];
const withNightly = process.env.TESTS === "all";

/** Whether a file is for this run where nobody has named any. */
function isDue(area: Area, file: string): boolean {
  if (!withNightly && nightly.includes(path.relative(__dirname, file))) return false;
  if (area !== "lab" || orchestrator === "all") return true;
  return path.basename(file).startsWith("kubernetes") === (orchestrator === "kubernetes");
}

function testFiles(area: Area): string[] {
  const folder = path.join(__dirname, area);
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => path.join(folder, name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const root = path.dirname(__dirname);

async function attempt(area: Area, files: string[]): Promise<Attempt> {
  const outcome = new Attempt(root);
  const stream = run({ files, concurrency: concurrency[area] });
  stream.on("test:pass", (event) => {
    outcome.passed(event);
  });
  stream.on("test:fail", (event) => {
    outcome.failed(event);
  });
  stream.on("test:stdout", ({ message }) => process.stdout.write(message));
  stream.on("test:stderr", ({ message }) => process.stderr.write(message));
  await new Promise((resolve, reject) => {
    stream.once("error", reject);
    stream.once("end", resolve);
    stream.resume();
  });
  return outcome;
}

/** One file, which runs again where it failed and that is allowed. */
async function labFile(file: string, report: Report): Promise<void> {
  const first = await attempt("lab", [file]);
  if (first.failures.length === 0 || !report.mayRepeat) {
    report.count(first);
    return;
  }
  report.repeat(path.relative(root, file), first);
  report.count(await attempt("lab", [file]));
}

async function main(wanted: readonly string[]): Promise<number> {
  const report = new Report(wanted.length === 0 ? 1 : 0);
  for (const area of areas) {
    const files = testFiles(area).filter((file) =>
      wanted.length === 0
        ? isDue(area, file)
        : wanted.some((text) => path.relative(__dirname, file).includes(text)),
    );
    if (files.length === 0) continue;
    if (area === "lab") for (const file of files) await labFile(file, report);
    else report.count(await attempt(area, files));
  }
  return report.close();
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
