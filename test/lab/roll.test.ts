/** A new template: every machine is replaced, one at a time, while the application goes on. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import { expectedNodes, TestCluster } from "../support/cluster";
import { tail } from "../support/command";
import type { Site } from "../support/site";
import { SteadyLoad } from "../support/steadyLoad";
import { standUpLab, takeDownLab } from "../support/testLab";
import { Witness } from "../support/witness";

const workerAddresses = ["10.89.0.20", "10.89.0.21", "10.89.0.22"];
const nodes = [...expectedNodes(3, 2), "pinned-0 worker ready"].sort();

void describe("a cluster whose template changes", { timeout: 30 * 60_000 }, () => {
  let lab: Lab;
  let cluster: TestCluster;
  let application: Site;

  /** Runs `slipway roll` under load and under watch. */
  async function roll(...args: readonly string[]): Promise<Witness> {
    const witness = await Witness.of(cluster);
    // As behind a load balancer: of all addresses, one has to answer each request.
    const load = SteadyLoad.start({
      urls: workerAddresses.map((address) => `http://${address}:8080/`),
      rate: 10,
      connections: 0,
      timeoutMs: 1000,
      failover: true,
    });
    try {
      const outcome = await cluster.site.slipway("roll", cluster.name, ...args, "--yes");
      assert.equal(outcome.code, 0, tail(outcome.output));
    } finally {
      await Promise.all([load.stop(), witness.stop()]);
    }
    assert.deepEqual(load.look().failures, []);
    assert.ok(load.sent > 50, `only ${load.sent} requests were sent`);
    assert.deepEqual(witness.quorumLosses, []);
    assert.ok(witness.looks > 10, `the Swarm was asked only ${witness.looks} times`);
    return witness;
  }

  before(async () => {
    lab = await standUpLab();
    cluster = await TestCluster.create(lab, "rolled", ({ nodePools }) => {
      const { workers } = nodePools;
      assert.ok(workers);
      workers.network = { addresses: workerAddresses, prefixLength: 24, gateway: "10.89.0.1" };
      nodePools.pinned = {
        role: "worker",
        count: 1,
        numCpus: 1,
        memoryMiB: 1024,
        diskGiB: 8,
        replace: "never",
      };
    });
    application = await cluster.hello();
  });

  after(async () => {
    await takeDownLab();
    await cluster.remove();
  });

  void test("machines of a pool with static addresses have them, in order", async () => {
    await cluster.site.up();
    assert.deepEqual(await cluster.nodes(), nodes);
    const { "workers-0": first, "workers-1": second } = await cluster.addresses("workers");
    assert.deepEqual([first, second], workerAddresses.slice(0, 2));
    await application.up();
  });

  void test("a plain up replaces nothing, and says which machines are stale and for whom it will never count", async () => {
    const vms = await cluster.vms();
    await cluster.define(({ vsphere }) => {
      vsphere.template = "debian-12-next";
    });
    const preview = await cluster.site.must("preview", "--non-interactive", "--stack", "rolled");
    assert.match(preview.output, /managers-0[^\n]*stale[^\n]*template/, tail(preview.output));
    assert.match(preview.output, /slipway roll rolled/);
    assert.match(preview.output, /pinned-0[^\n]*never/);
    await cluster.site.up();
    assert.deepEqual(await cluster.vms(), vms);
  });

  void test("managers are replaced one by one, with quorum at every step", async () => {
    const witness = await roll("managers");
    assert.equal(witness.mostVms.managers, 4);
    assert.deepEqual(await cluster.vms(), [
      "managers-0-g2",
      "managers-1-g2",
      "managers-2-g2",
      "pinned-0-g1",
      "workers-0-g1",
      "workers-1-g1",
    ]);
    assert.deepEqual(await cluster.nodes(), nodes);
  });

  void test("workers are replaced one by one, by way of the spare address", async () => {
    const witness = await roll("workers");
    assert.equal(witness.mostVms.workers, 3);
    assert.deepEqual((await cluster.vms()).slice(-2), ["workers-0-g2", "workers-1-g2"]);
    const { "workers-0": first, "workers-1": second } = await cluster.addresses("workers");
    assert.deepEqual([first, second], [workerAddresses[2], workerAddresses[0]]);
    assert.deepEqual(await cluster.nodes(), nodes);
  });

  void test("what is left is the pool that is never replaced, and neither preview nor refresh finds a change", async () => {
    const { staleMachines } = await cluster.site.outputs();
    assert.deepEqual(staleMachines, { "pinned-0": ["template"] });
    await cluster.expectSettled();
    assert.deepEqual(
      await application.changes(),
      ["update pulumi:providers:slipway hello"],
      "the application learns where the managers are now, and none of its services is touched",
    );
  });

  void test("a new machine is not given an address that a roll has given to another one", async () => {
    const withThird = (addresses: string[]) =>
      cluster.define(({ nodePools: { workers } }) => {
        assert.ok(workers?.network);
        workers.count = addresses.length;
        workers.network.addresses = addresses;
      });
    await withThird(workerAddresses);
    const refused = await cluster.site.pulumi("preview", "--non-interactive", "--stack", "rolled");
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /workers-2: 10\.89\.0\.22, .* is in use by workers-0/);
    const [first = "", second = "", third = ""] = workerAddresses;
    await withThird([third, first, second]);
    const changes = await cluster.site.changes();
    assert.ok(
      changes.every(
        (change) =>
          change.endsWith("rolled-workers-2") ||
          change === "update slipway:index:NodePoolGenerations rolled-workers",
      ),
      changes.join("\n"),
    );
    await withThird([third, first]);
  });

  void test("a pool that is never replaced is rolled by force only", async () => {
    const refused = await cluster.site.slipway("roll", "rolled", "pinned", "--yes");
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /replace: never; --force/);
  });

  void test("a worker is removed after all managers have other addresses", async () => {
    await cluster.define(({ nodePools }) => {
      delete nodePools.pinned;
    });
    await cluster.site.up();
    assert.deepEqual(await cluster.nodes(), expectedNodes(3, 2));
    await cluster.expectSettled();
  });
});
