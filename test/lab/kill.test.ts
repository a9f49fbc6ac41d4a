/** An `up` from nothing that is killed at a random moment; `SLIPWAY_TEST_SEED` brings the same moments again. */
import { after, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import assert from "node:assert/strict";
import { expectedNodes, TestCluster } from "../support/cluster";
import { chooseBlow, describeBlow, killedUp, recovered } from "../support/killedUp";
import { Seed } from "../support/seed";
import { standUpLab, takeDownLab } from "../support/testLab";

const seed = new Seed();

void describe(`an up that is killed (seed ${seed.text})`, { timeout: 30 * 60_000 }, () => {
  let lab: Lab;
  let cluster: TestCluster;
  let creations = 0;

  before(async () => {
    lab = await standUpLab();
    cluster = await TestCluster.create(lab, "killed", ({ nodePools }) => {
      if (nodePools.workers) nodePools.workers.count = 1;
    });
    creations = (await cluster.site.preview()).create ?? 0;
  });

  after(async () => {
    await takeDownLab();
    await cluster.remove();
  });

  for (const round of [1, 2, 3]) {
    void test(`is finished by slipway recover, with one Swarm and no orphan VM (${round} of 3)`, async () => {
      const blow = chooseBlow(seed, creations);
      process.stdout.write(`kill: seed ${seed.text}, round ${round}: ${describeBlow(blow)}\n`);
      await killedUp(cluster, blow);
      await recovered(cluster, expectedNodes(3, 1));
      await cluster.site.destroy();
      assert.deepEqual(await cluster.vms(), [], "destroy leaves no VM");
    });
  }
});
