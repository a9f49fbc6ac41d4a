/** What of a cluster nobody deletes by mistake: what Pulumi refuses to delete, and what it leaves where it is. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { kubernetesYml, swarmYml } from "../registry/support";
import { runCluster } from "./support/cluster";
import type { Registered } from "./support/program";

const platform = `platform:
  registry: { address: registry.test, storage: { volume: { node: second, sizeGiB: 20 } } }
  monitoring: { storage: { node: second, sizeGiB: 20 } }
  logging: { storage: { node: second, sizeGiB: 20 } }
`;

async function names(yml: string, of: (one: Registered) => boolean, protect?: string) {
  const config: Record<string, string> =
    protect === undefined ? {} : { "slipway:protect": protect };
  const { resources } = await runCluster({ yml: yml + platform, config });
  return resources
    .filter(of)
    .map(({ type, name }) => `${type} ${name}`)
    .sort();
}

void describe("slipway:protect", () => {
  for (const [on, yml, cluster] of [
    ["a Swarm", swarmYml, "slipway:index:SwarmCluster lab"],
    ["Kubernetes", kubernetesYml, "slipway:index:KubernetesCluster lab"],
  ] as const) {
    void test(`on ${on}: the cluster, and who its registry and its store of logs are; no machine`, async () => {
      assert.deepEqual(await names(yml, ({ isProtected }) => isProtected, "true"), [
        ...[
          cluster,
          "slipway:index:LogStoreIdentity lab",
          "slipway:index:RegistryIdentity lab",
        ].sort(),
      ]);
      assert.deepEqual(await names(yml, ({ isProtected }) => isProtected), []);
    });
  }
});

void test("on Kubernetes, data of the platform outlives its part of cluster.yml, claims and their namespaces", async () => {
  assert.deepEqual(await names(kubernetesYml, ({ isRetained }) => isRetained), [
    "kubernetes:core/v1:Namespace lab-logging-namespace",
    "kubernetes:core/v1:Namespace lab-monitoring-namespace",
    "kubernetes:core/v1:Namespace lab-registry-namespace",
    "kubernetes:core/v1:PersistentVolumeClaim lab-registry-claim",
  ]);
});
