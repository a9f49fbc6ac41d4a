import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import { brokenClusters, type ClusterFile, type Orchestrator } from "./brokenVariants";
import { KubernetesCluster } from "./kubernetesCluster";
import { TestCluster } from "./cluster";
import { expectStopped, guarded } from "./policies";
import { standUpVcenter, takeDownVcenter } from "./refusals";

const kinds = { swarm: TestCluster, kubernetes: KubernetesCluster } as const;

/** That every rule about machines and clusters stops what breaks it, on a vCenter that has no machines. */
export function describeClusterRefusals(on: Orchestrator): void {
  void describe(`rules about clusters with ${on}`, { timeout: 10 * 60_000 }, () => {
    let vcenter: Lab;
    before(async () => {
      vcenter = await standUpVcenter(on);
    });
    after(() => takeDownVcenter(vcenter));

    void test("stop what breaks them, before any machine is made", async () => {
      const { change, parameters, others, expected } = brokenClusters(on, true);
      const lab = await guarded(vcenter, []);
      await lab.decide({ levels: {}, parameters }, others);
      const cluster = await kinds[on].create(lab, "broken", (yml) => {
        change(yml as unknown as ClusterFile);
      });
      await expectStopped(cluster.site, expected);
      assert.deepEqual(await cluster.vms(), []);
      await cluster.remove();
    });
  });
}
