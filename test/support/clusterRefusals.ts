import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import { brokenClusters, type ClusterFile, type Orchestrator } from "./brokenVariants";
import { assertRecorded, recordingOf } from "../policies/support/recording";
import { KubernetesCluster } from "./kubernetesCluster";
import { TestCluster } from "./cluster";
import { expectStopped, guarded } from "./policies";
import { standUpVcenter, takeDownVcenter } from "./refusals";

/** A cluster with all that rules ask about, as the lab's vCenter can have it. */
const complete: Readonly<Record<Orchestrator, (yml: ClusterFile) => void>> = {
  swarm: (yml) => {
    const { managers = {}, workers = {} } = yml.nodePools;
    yml.nodePools = {
      managers: { ...managers, antiAffinity: true },
      data: { ...workers, dataDiskGiB: 8, antiAffinity: true },
    };
    yml.engine = { ...yml.engine, registryMirrors: ["https://mirror.example.com"] };
    yml.swarm = { autolock: true, encryptOverlays: true };
  },
  kubernetes: () => undefined,
};
const names = { swarm: "prod", kubernetes: "kube" } as const;
const kinds = { swarm: TestCluster, kubernetes: KubernetesCluster } as const;

/** That every rule about machines and clusters stops what breaks it, on a vCenter that has no machines. */
export function describeClusterRefusals(on: Orchestrator): void {
  void describe(`rules about clusters with ${on}`, { timeout: 10 * 60_000 }, () => {
    let vcenter: Lab;
    before(async () => {
      vcenter = await standUpVcenter(on);
    });
    after(() => takeDownVcenter(vcenter));

    void test("are tried on what a preview registers now", async () => {
      const cluster = await kinds[on].create(vcenter, names[on], (yml) => {
        complete[on](yml as unknown as ClusterFile);
      });
      const { site } = cluster;
      const args = ["preview", "--json", "--non-interactive", "--stack", site.stack];
      const { stdout } = await site.must(...args);
      assertRecorded(`${on}-cluster`, recordingOf(stdout, {}));
      await cluster.remove();
    });

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
