/**
 * The life of a cluster of one control plane and two workers: formed by a run that is killed on the way, used, grown,
 * shrunk, repaired, upgraded, taken down. One scenario, told in the order in which it happens.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import { provideImages } from "../../lab/images";
import { packagesUrl, provideRepository } from "../../lab/kubernetes/repository";
import { tail } from "../support/command";
import { chooseBlow, describeBlow, killedUp } from "../support/killedUp";
import { KubernetesCluster } from "../support/kubernetesCluster";
import { Seed } from "../support/seed";
import { standUpLab, takeDownLab } from "../support/testLab";
import { Trial } from "../support/trial";
import type { LintedObject } from "../peers/kubeScore";
import { generated } from "../unit/peers/kubernetes/generated";

/** Creations of an `up` from nothing until the last machine is a node; its addons come after them. */
const creations = 24;

function expectedNodes(workers: number, version: string): string[] {
  return [
    `control-0 controlPlane ready ${version}`,
    ...Array.from({ length: workers }, (_, n) => `workers-${n} worker ready ${version}`),
  ];
}

/** As Slipway makes it, with its rules for pods, where it does. */
function namespaceFor(name: string, objects: readonly LintedObject[]) {
  const own = objects.find(({ kind, metadata }) => kind === "Namespace" && metadata.name === name);
  return own ?? { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

void describe("a Kubernetes cluster of three machines", { timeout: 40 * 60_000 }, () => {
  let lab: Lab;
  let cluster: KubernetesCluster;
  let trial: Trial;
  let version = "v1.34.0";

  const say = (line: string) => process.stdout.write(`lab: ${line}\n`);
  const expectNodes = async (workers: number) => {
    assert.deepEqual(await cluster.nodesWithVersions(), expectedNodes(workers, version));
  };
  /** That nodes and VMs are the same machines, and nothing is left to do. */
  const expectWhole = async (workers: number) => {
    await expectNodes(workers);
    assert.deepEqual(
      (await cluster.vms()).map((vm) => vm.replace(/-g\d+$/, "")),
      expectedNodes(workers, version).map((node) => node.split(" ")[0]),
    );
    await cluster.expectSettled();
  };
  const setVersion = (wanted: string) =>
    cluster.define(({ kubernetes }) => {
      kubernetes.version = wanted;
    });

  before(async () => {
    lab = await standUpLab("kubernetes");
    await provideImages(lab, "kubernetesUpgrade", say);
    await provideRepository(lab, say);
    cluster = await KubernetesCluster.create(lab, "nodes", ({ kubernetes, platform }) => {
      kubernetes.version = "1.34.0";
      kubernetes.source = "repository";
      kubernetes.repository = packagesUrl;
      delete platform?.ingress;
    });
    trial = new Trial(cluster, lab.env.SLIPWAY_LAB_REGISTRY ?? "");
  });

  after(async () => {
    await takeDownLab();
    await cluster.remove();
  });

  void test("an up from nothing that is killed at a random moment is finished by slipway recover", async () => {
    const seed = new Seed();
    const blow = chooseBlow(seed, creations);
    say(`SLIPWAY_TEST_SEED=${seed.text}: ${describeBlow(blow)}`);
    await killedUp(cluster, blow);
    const outcome = await cluster.site.slipway("recover", cluster.name, "--yes");
    assert.equal(outcome.code, 0, tail(outcome.output, 80));
    const { pending_operations: pending = [] } = await cluster.site.deployment();
    assert.deepEqual(pending, []);
    await expectWhole(2);
  });

  void test("nothing secret stands in plaintext in the state", async () => {
    const state = JSON.stringify(await cluster.site.deployment());
    assert.ok(state.includes("ciphertext"), "the state has no secret at all");
    for (const secret of ["PRIVATE KEY", "client-key-data", "certificateKey", "token:"])
      assert.ok(!state.includes(secret), secret);
    assert.doesNotMatch(state, /[a-z0-9]{6}\.[a-z0-9]{16}"/, "a join token");
    assert.ok(!state.includes(lab.env.VSPHERE_PASSWORD ?? "?"), "vCenter's password");
  });

  void test("names are resolved, and a Service reaches pods on other nodes", async () => {
    await trial.deploy();
    const pairs = await trial.conversations();
    const workers = new Set(pairs.map(({ from }) => from));
    assert.equal(workers.size, 2);
    for (const worker of workers)
      assert.deepEqual(
        new Set(pairs.filter(({ from }) => from === worker).map(({ to }) => to)),
        workers,
        `${worker} reached pods on both`,
      );
  });

  void test("metrics tell what nodes and pods use", async () => {
    assert.deepEqual((await trial.measuredNodes()).length, 3);
    const pods = await trial.measuredPods();
    assert.ok(pods.length >= 4, pods.join());
  });

  void test("a container that takes more memory than its limit is killed, and nothing else", async () => {
    assert.deepEqual(await trial.eatMemory(), { exitCode: 137, reason: "OOMKilled" });
    await expectNodes(2);
  });

  for (const { name, objects } of generated())
    void test(`the API server has nothing against what Slipway makes: ${name}`, async () => {
      const existing = await cluster.namespaces();
      const missing = [...new Set(objects.map(({ metadata }) => metadata.namespace ?? "default"))]
        .filter((namespace) => !existing.includes(namespace))
        .map((namespace) => namespaceFor(namespace, objects));
      if (missing.length > 0) await cluster.apply(...missing);
      try {
        assert.equal(await cluster.dryRun(objects), objects.length);
      } finally {
        for (const { metadata } of missing)
          await cluster.kubectl("delete", "namespace", metadata.name);
      }
    });

  void test("one more worker adds one machine and one node and touches nothing else", async () => {
    await cluster.withWorkers(3);
    assert.deepEqual((await cluster.site.changes()).sort(), [
      "create slipway:index:Host nodes-workers-2",
      "create slipway:index:KubernetesHost nodes-workers-2",
      "create slipway:index:KubernetesNode nodes-workers-2",
      "create vsphere:index/virtualMachine:VirtualMachine nodes-workers-2",
      "update slipway:index:NodePoolGenerations nodes-workers",
    ]);
    await cluster.site.up();
    await expectNodes(3);
  });

  void test("a worker with data on its disk is not removed, and is told by name what to do", async () => {
    const volume = await trial.store("workers-2");
    await cluster.withWorkers(2);
    const outcome = await cluster.site.tryUp();
    assert.notEqual(outcome.code, 0);
    assert.match(outcome.output, /workers-2 holds the data of "claim trial\/data" \(volume/);
    assert.match(outcome.output, /ephemeralVolumes: true/);
    await expectNodes(3);
    await trial.discard(volume);
  });

  void test("one worker less is drained, leaves and is removed", async () => {
    await cluster.site.up();
    await expectWhole(2);
  });

  void test("a worker that died is replaced by refresh and up", async () => {
    const dead = (await cluster.machines()).find(({ name }) => name.includes("-workers-1-"));
    assert.ok(dead);
    await lab.control.destroyMachine(dead.name);
    await cluster.site.must("refresh", "--yes", "--non-interactive", "--stack", cluster.name);
    await cluster.site.up();
    await expectWhole(2);
    await trial.conversations();
  });

  // One that skips a minor version needs three that are supported: test/unit/kubernetes/versions.test.ts.
  void test("a version that is too new, or goes back, is refused before anything is changed", async () => {
    for (const [wanted, reason] of [
      ["1.36.0", /cluster\.yml:\d+:\d+ kubernetes\.version: is 1\.36\.0, newer than/],
      ["1.33.5", /1\.33\.5/],
    ] as const) {
      await setVersion(wanted);
      const outcome = await cluster.site.tryUp();
      assert.notEqual(outcome.code, 0, `to ${wanted}`);
      assert.match(outcome.output, reason);
      await expectNodes(2);
    }
  });

  void test("the next patch reaches the control plane first, then worker after worker", async () => {
    await setVersion("1.34.1");
    const { output } = await cluster.site.up();
    version = "v1.34.1";
    await expectWhole(2);
    const updated = [...output.matchAll(/KubernetesNode nodes-(\S+) updated/g)].map(
      ([, machine]) => machine,
    );
    assert.equal(updated[0], "control-0", tail(output));
    assert.deepEqual(updated.slice(1).sort(), ["workers-0", "workers-1"]);
    await trial.conversations();
  });

  void test("destroy leaves vCenter as it was", async () => {
    await cluster.site.destroy();
    assert.deepEqual(await lab.control.machines(), []);
  });
});
