/**
 * Runs tests by area and closes with one plain line, `Tests: N passed, N failed`.
 *
 *   npm test                     everything: unit, policies, lab
 *   npm test -- unit             one area
 *   npm test -- lab/roll         files whose path contains the text
 *
 * The lab shows one orchestrator in a run (`ORCHESTRATOR=kubernetes`, default `swarm`, or `all`): with cold caches both take
 * longer than CI allows.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { run } from "node:test";
import { Report } from "./support/report";

const areas = ["unit", "policies", "lab"] as const;
type Area = (typeof areas)[number];

/** Unit and policy tests share nothing and run side by side; lab tests take turns on one vCenter. */
const concurrency: Record<Area, number> = { unit: 2, policies: 2, lab: 1 };

const orchestrator = process.env.ORCHESTRATOR ?? "swarm";

/** Whether a file is for this run where nobody has named any. */
function isDue(area: Area, file: string): boolean {
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

async function main(wanted: readonly string[]): Promise<number> {
  const report = new Report(path.dirname(__dirname));
  for (const area of areas) {
    const files = testFiles(area).filter((file) =>
      wanted.length === 0
        ? isDue(area, file)
        : wanted.some((text) => path.relative(__dirname, file).includes(text)),
    );
    if (files.length === 0) continue;
    const stream = run({ files, concurrency: concurrency[area] });
    stream.on("test:pass", (event) => {
      report.passed(event);
    });
    stream.on("test:fail", (event) => {
      report.failed(event);
    });
    stream.on("test:stdout", ({ message }) => process.stdout.write(message));
    stream.on("test:stderr", ({ message }) => process.stderr.write(message));
    await new Promise((resolve, reject) => {
      stream.once("error", reject);
      stream.once("end", resolve);
      stream.resume();
    });
  }
  return report.close();
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
