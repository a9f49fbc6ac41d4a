/**
 * Kills an `up` from nothing, again and again, and recovers each time: `npm run soak -- [rounds] [seed]`.
 * The lab test does the same three times; this is for a night, or for a change to what recovers.
 */
import { chooseBlow, describeBlow, killedUp, recovered } from "../support/killedUp";
import { expectedNodes, TestCluster } from "../support/cluster";
import { Seed } from "../support/seed";
import { standUpLab, takeDownLab } from "../support/testLab";

async function main(rounds: number, seed: Seed): Promise<number> {
  const lab = await standUpLab();
  const cluster = await TestCluster.create(lab, "soaked", ({ nodePools: { workers } }) => {
    if (workers !== undefined) workers.count = 1;
  });
  let failures = 0;
  try {
    const creations = (await cluster.site.preview()).create ?? 0;
    for (let round = 1; round <= rounds; round++) {
      const blow = chooseBlow(seed, creations);
      const begin = Date.now();
      const result = await once(cluster, blow);
      if (result !== undefined) failures++;
      const seconds = Math.round((Date.now() - begin) / 1000);
      console.log(
        `round ${round} of ${rounds}, seed ${seed.text}: ${describeBlow(blow)}: ${result ?? `recovered, ${seconds} s`}`,
      );
      await cluster.site.tryDestroy();
      for (const { name } of await cluster.machines()) {
        failures++;
        console.log(`  destroy left ${name}`);
        await lab.control.destroyMachine(name);
      }
    }
  } finally {
    await takeDownLab();
    await cluster.remove();
  }
  console.log(`${rounds - failures} of ${rounds} recovered`);
  return failures === 0 ? 0 : 1;
}

/** What went wrong; `undefined` when nothing did. */
async function once(
  cluster: TestCluster,
  blow: ReturnType<typeof chooseBlow>,
): Promise<string | undefined> {
  try {
    await killedUp(cluster, blow);
    await recovered(cluster, expectedNodes(3, 1));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const [rounds = "50", seed] = process.argv.slice(2);
void main(Number(rounds), new Seed(seed)).then((code) => {
  process.exitCode = code;
});
