/** The life of a cluster: up, unchanged, grown, shrunk, taken down. One scenario, told in the order in which it happens. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import { expectedNodes, TestCluster } from "../support/cluster";
import { tail } from "../support/command";
import type { Site } from "../support/site";
import { SteadyLoad } from "../support/steadyLoad";
import { standUpLab, takeDownLab } from "../support/testLab";

const five = expectedNodes(3, 2);

void describe("a cluster of five machines", { timeout: 30 * 60_000 }, () => {
  let lab: Lab;
  let cluster: TestCluster;
  let application: Site;

  const workerUrls = async () =>
    Object.values(await cluster.addresses("workers")).map((address) => `http://${address}:8080/`);

  before(async () => {
    lab = await standUpLab();
    cluster = await TestCluster.create(lab, "five");
    application = await cluster.hello();
  });

  after(async () => {
    await takeDownLab();
    await cluster.remove();
  });

  void test("up from nothing makes every machine of the spec a node with its role and labels", async () => {
    await cluster.site.up();
    const docker = await cluster.docker();
    assert.deepEqual(await cluster.nodes(), five);
    const nodes = (await docker.listNodes()) as {
      Spec: { Role: string; Labels: Record<string, string> };
    }[];
    for (const { Spec } of nodes.filter(({ Spec: { Role } }) => Role === "worker"))
      assert.equal(Spec.Labels.zone, "a");
  });

  void test("managers run on distinct ESX hosts", async () => {
    const managers = (await cluster.machines()).filter(({ name }) => name.includes("-managers-"));
    assert.equal(new Set(managers.map(({ host }) => host)).size, 3);
  });

  void test("the application answers on every worker, over an overlay that spans the machines", async () => {
    await application.up();
    const answers = await Promise.all(
      (await workerUrls()).map(
        async (url) => (await (await fetch(url)).json()) as { node: string; api: { node: string } },
      ),
    );
    assert.equal(new Set(answers.map(({ node }) => node)).size, 2);
    assert.ok(
      answers.some(({ node, api }) => node !== api.node),
      `no answer came over the overlay from another machine: ${JSON.stringify(answers)}`,
    );
  });

  void test("a second preview and a refresh show no change, for cluster and application", async () => {
    for (const site of [cluster.site, application]) {
      assert.deepEqual(await site.changes(), []);
      await site.refreshShowsNoChange();
    }
  });

  void test("nothing secret stands in plaintext in the state", async () => {
    const state = JSON.stringify(await cluster.site.deployment());
    assert.ok(state.includes("ciphertext"), "the state has no secret at all");
    assert.ok(!state.includes("PRIVATE KEY"), "a private key");
    assert.ok(!state.includes("SWMTKN"), "a join token");
    assert.ok(!state.includes(lab.env.VSPHERE_PASSWORD ?? "?"), "vCenter's password");
  });

  void test("one more worker adds one VM and one node and touches nothing else", async () => {
    await cluster.withWorkers(3);
    assert.deepEqual((await cluster.site.changes()).sort(), [
      "create slipway:index:Engine five-workers-2",
      "create slipway:index:Host five-workers-2",
      "create slipway:index:SwarmNode five-workers-2",
      "create vsphere:index/virtualMachine:VirtualMachine five-workers-2",
      "update slipway:index:NodePoolGenerations five-workers",
    ]);
    await cluster.site.up();
    assert.deepEqual(await cluster.nodes(), expectedNodes(3, 3));
  });

  void test("a worker that holds a named volume is not removed, and is told by name what to do", async () => {
    const { "workers-2": address = "" } = await cluster.addresses("workers");
    await cluster.site.onMachine(address, "sudo docker volume create shop_data");
    await cluster.withWorkers(2);
    const outcome = await cluster.site.tryUp();
    assert.notEqual(outcome.code, 0);
    assert.match(outcome.output, /workers-2 holds volume "shop_data"/);
    assert.match(outcome.output, /docker volume rm/);
    assert.deepEqual(await cluster.nodes(), expectedNodes(3, 3), "the node is still there");
    await cluster.site.onMachine(address, "sudo docker volume rm shop_data");
  });

  void test("one worker less is drained, leaves and is removed, and no request on the others fails", async () => {
    const { "workers-0": first = "", "workers-1": second = "" } =
      await cluster.addresses("workers");
    const load = SteadyLoad.start({
      urls: [first, second].map((address) => `http://${address}:8080/`),
      rate: 20,
      connections: 0,
    });
    try {
      await cluster.site.up();
    } finally {
      await load.stop();
    }
    assert.deepEqual(load.look().failures, []);
    assert.ok(load.sent > 20, `only ${load.sent} requests were sent`);
    assert.deepEqual(await cluster.nodes(), five);
    assert.ok(!(await cluster.vms()).includes("workers-2-g1"), "its VM is gone");
  });

  void test("changed cloud-init and sizes mark machines stale, are told by field, and touch none", async () => {
    const before = await cluster.vms();
    await cluster.define(({ os, nodePools: { workers } }) => {
      assert.ok(workers);
      os.ntp = ["10.89.0.1"];
      workers.numCpus = 2;
      workers.memoryMiB = 2048;
    });
    const preview = await cluster.site.must("preview", "--non-interactive", "--stack", "five");
    assert.match(preview.output, /workers-0[^\n]*stale/, tail(preview.output));
    await cluster.site.up();
    assert.deepEqual(await cluster.vms(), before);
    const { staleMachines } = await cluster.site.outputs();
    assert.deepEqual(staleMachines, {
      "managers-0": ["cloudInit"],
      "managers-1": ["cloudInit"],
      "managers-2": ["cloudInit"],
      "workers-0": ["cloudInit", "memoryMiB", "numCpus"],
      "workers-1": ["cloudInit", "memoryMiB", "numCpus"],
    });
    assert.deepEqual(await cluster.site.changes(), []);
  });

  void test("destroy leaves vCenter as it was", async () => {
    await application.destroy();
    await cluster.site.destroy();
    assert.deepEqual(await lab.control.machines(), []);
  });
});
