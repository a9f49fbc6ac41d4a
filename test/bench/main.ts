/**
 * Runs benchmarks: one JSON line per figure on standard output, everything else on standard error.
 *
 *   npm run bench                    all of them
 *   npm run bench -- machines        one of them
 *   npm run bench -- machines/100    one of them in one size
 */
import { applications } from "./applications";
import { compose } from "./compose";
import { machines } from "./machines";
import { kubernetesPlatform, platform } from "./platform";
import { policies } from "./policies";
import { render, type Figure } from "./support/figure";

/** By name; a benchmark is told the one size that it shall run in, if any. */
const benchmarks: Readonly<Record<string, (size?: number) => AsyncIterable<Figure>>> = {
  compose,
  applications,
  machines,
  policies,
  platform,
  "kubernetes-platform": kubernetesPlatform,
};

async function main(wanted: readonly string[]): Promise<void> {
  const orders = (wanted.length === 0 ? Object.keys(benchmarks) : wanted).map((order) => {
    const [name = "", size] = order.split("/");
    const run = benchmarks[name];
    if (run !== undefined) return () => run(size === undefined ? undefined : Number(size));
    const known = Object.keys(benchmarks).join(", ");
    throw new Error(`no benchmark is called ${name}; there are: ${known}`);
  });
  for (const order of orders)
    for await (const figure of order()) process.stdout.write(`${render(figure)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
