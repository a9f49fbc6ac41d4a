/** The life of a cluster: up, unchanged, grown, shrunk, taken down. One scenario, told in the order in which it happens. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import { tail } from "../support/command";
import { Load } from "../support/load";
import { Site } from "../support/site";
import { managerApi, nodeSummary } from "../support/swarm";
import { standUpLab, takeDownLab } from "../support/testLab";

const checkout = path.resolve(__dirname, "../..");
const five = [
  "managers-0 manager ready",
  "managers-1 manager ready",
  "managers-2 manager ready",
  "workers-0 worker ready",
  "workers-1 worker ready",
];

void describe("a cluster of five machines", { timeout: 30 * 60_000 }, () => {
  let lab: Lab;
  let site: Site;
  let application: Site;
  let vmsBefore: string[];
  let clusterYml: string;

  const vms = async () => (await lab.control.machines()).map(({ name }) => name).sort();
  const workerUrls = async () =>
    Object.values((await site.outputs()).workers as Record<string, string>).map(
      (address) => `http://${address}:8080/`,
    );
  const withWorkers = (count: number) =>
    site.write(
      "cluster.yml",
      clusterYml.replace(/(workers:\s+role: worker\s+count: )\d+/, `$1${count}`),
    );

  before(async () => {
    lab = await standUpLab();
    vmsBefore = await vms();
    const labYml = await readFile(path.join(checkout, "stacks/lab/cluster.yml"), "utf8");
    clusterYml = labYml.replace("name: lab", "name: five");
    site = await Site.create("five", lab.env, { "slipway:spec": "cluster.yml" });
    await withWorkers(2);
    application = await site.sibling("hello-five", {
      "slipway:stack": path.join(checkout, "stacks/hello/stack.yml"),
      "slipway:application": "hello",
      "slipway:cluster": "five",
      "slipway:version": "1.0.0",
      "slipway:registry": lab.env.SLIPWAY_LAB_REGISTRY ?? "",
    });
  });

  after(async () => {
    await takeDownLab();
    await site.remove();
  });

  void test("up from nothing makes every machine of the spec a node with its role and labels", async () => {
    await site.up();
    const docker = managerApi(await site.outputs());
    assert.deepEqual(await nodeSummary(docker), five);
    const nodes = (await docker.listNodes()) as {
      Spec: { Role: string; Labels: Record<string, string> };
    }[];
    for (const { Spec } of nodes.filter(({ Spec: { Role } }) => Role === "worker"))
      assert.equal(Spec.Labels.zone, "a");
  });

  void test("managers run on distinct ESX hosts", async () => {
    const managers = (await lab.control.machines()).filter(({ name }) =>
      name.startsWith("five-managers"),
    );
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
    for (const one of [site, application]) {
      const { same, ...changes } = await one.preview();
      assert.ok((same ?? 0) > 0);
      assert.deepEqual(changes, {});
      await one.refreshShowsNoChange();
    }
  });

  void test("nothing secret stands in plaintext in the state", async () => {
    const state = JSON.stringify(await site.deployment());
    assert.ok(!state.includes("PRIVATE KEY"), "a private key");
    assert.ok(!state.includes("SWMTKN"), "a join token");
    assert.ok(!state.includes(lab.env.VSPHERE_PASSWORD ?? "?"), "vCenter's password");
  });

  void test("one more worker adds one VM and one node and touches nothing else", async () => {
    await withWorkers(3);
    const { create, ...others } = await site.preview();
    // Generation, VM, host, engine, node.
    assert.equal(create, 5);
    assert.deepEqual(Object.keys(others), ["same"]);
    await site.up();
    assert.deepEqual(await nodeSummary(managerApi(await site.outputs())), [
      ...five,
      "workers-2 worker ready",
    ]);
  });

  void test("a worker that holds a named volume is not removed, and is told by name what to do", async () => {
    await lab.control.machines();
    const { workers } = (await site.outputs()) as { workers: Record<string, string> };
    await site.onMachine(workers["workers-2"] ?? "", "sudo docker volume create shop_data");
    await withWorkers(2);
    const outcome = await site.pulumi("up", "--yes", "--non-interactive", "--stack", "five");
    assert.notEqual(outcome.code, 0);
    assert.match(outcome.output, /workers-2 holds volume "shop_data"/);
    assert.match(outcome.output, /docker volume rm/);
    const docker = managerApi(await site.outputs());
    assert.ok(
      (await nodeSummary(docker)).includes("workers-2 worker ready"),
      "the node is still there",
    );
    await site.onMachine(workers["workers-2"] ?? "", "sudo docker volume rm shop_data");
  });

  void test("one worker less is drained, leaves and is removed, and no request on the others fails", async () => {
    const { workers } = (await site.outputs()) as { workers: Record<string, string> };
    const staying = ["workers-0", "workers-1"].map((name) => `http://${workers[name] ?? ""}:8080/`);
    const load = new Load(staying);
    try {
      await site.up();
    } finally {
      await load.stop();
    }
    assert.deepEqual(load.failures, []);
    assert.ok(load.sent > 20, `only ${load.sent} requests were sent`);
    assert.deepEqual(await nodeSummary(managerApi(await site.outputs())), five);
    assert.ok(!(await vms()).some((name) => name.includes("workers-2")), "its VM is gone");
  });

  void test("a changed cloud-init marks machines stale, says so, and touches none", async () => {
    const before = await vms();
    await site.write("cluster.yml", clusterYml.replace("os:\n", "os:\n  ntp: [10.89.0.1]\n"));
    const preview = await site.must("preview", "--non-interactive", "--stack", "five");
    assert.match(preview.output, /workers-0[^\n]*stale/, tail(preview.output));
    await site.up();
    assert.deepEqual(await vms(), before);
    const { staleMachines } = await site.outputs();
    assert.deepEqual(Object.keys(staleMachines as object).sort(), [
      "managers-0",
      "managers-1",
      "managers-2",
      "workers-0",
      "workers-1",
    ]);
    await withWorkers(2);
    await site.up();
  });

  void test("destroy leaves vCenter as it was", async () => {
    await application.destroy();
    await site.destroy();
    assert.deepEqual(await vms(), vmsBefore);
  });
});
