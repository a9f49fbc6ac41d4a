/**
 * Runs benchmarks: one JSON line per figure on standard output.
 *
 *   npm run bench                    all of them
 *   npm run bench -- machines        one of them
 */
import type { Figure } from "./support/figure";
import { print } from "./support/figure";

interface Benchmark {
  run(): AsyncIterable<Figure>;
}

const benchmarks: Record<string, () => Promise<Benchmark>> = {
  machines: () => import("./machines"),
};

async function main(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((name) => !(name in benchmarks));
  if (unknown.length > 0) {
    throw new Error(
      `no benchmark is called ${unknown.join(", ")}; there are: ${Object.keys(benchmarks).join(", ")}`,
    );
  }
  for (const [name, load] of Object.entries(benchmarks)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for await (const figure of (await load()).run()) print(figure);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
