import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { loadCompose } from "../../../components/spec";
import { composeGo } from "../../peers/composeGo";
import { median, type Figure } from "../support/figure";
import { manyServices } from "../support/manyServices";

const sizes = [100] as const;
/** Loads before the measured ones: a warm process is what a deployment of many applications has. */
const warmUp = 10;
const measured = 20;

/**
 * Loading, interpolating and validating a Compose file with many services, by Slipway's loader and by the reference
 * implementation, each warm in one process.
 *
 * @param size Number of services; default: all sizes.
 */
export async function* compose(size?: number): AsyncIterable<Figure> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-bench-compose-"));
  try {
    for (const count of size === undefined ? sizes : [size]) {
      const file = path.join(folder, `compose-${count}.yml`);
      writeFileSync(file, manyServices(count, "registry.example.com/hello:${VERSION}"));
      yield { name: `compose/${count}/load`, ours: ours(file), peer: await peer(file), unit: "ms" };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const variables = { VERSION: "1.0.0" };

function ours(file: string): number {
  const load = () => {
    const begin = performance.now();
    loadCompose([file], { projectName: "bench", variables });
    return performance.now() - begin;
  };
  for (let round = 0; round < warmUp; round++) load();
  return median(Array.from({ length: measured }, load));
}

/** The reference answers whole lists: what many loads take more than one. */
async function peer(file: string): Promise<number> {
  const request = {
    files: [file],
    variables,
    profiles: [],
    projectName: "bench",
    workingDir: path.dirname(file),
  };
  const time = async (count: number) => {
    const begin = performance.now();
    const answers = await composeGo(Array.from({ length: count }, () => request));
    const failed = answers.find(({ error }) => error !== undefined);
    if (failed !== undefined) throw new Error(`compose-go: ${failed.error ?? ""}`);
    return performance.now() - begin;
  };
  await time(1);
  return ((await time(measured + 1)) - (await time(1))) / measured;
}
