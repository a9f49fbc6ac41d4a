/** What goes wrong at a site: full datastores, lost sessions, cut cables, VMs that somebody has destroyed. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import { expectedNodes, TestCluster } from "../support/cluster";
import { tail } from "../support/command";
import { expectNoStackTrace } from "../support/output";
import { standUpLab, takeDownLab } from "../support/testLab";

void describe("a cluster to which things happen", { timeout: 30 * 60_000 }, () => {
  let lab: Lab;
  let cluster: TestCluster;

  const refresh = () =>
    cluster.site.must("refresh", "--yes", "--non-interactive", "--stack", cluster.name);

  before(async () => {
    lab = await standUpLab();
    cluster = await TestCluster.create(lab, "mishap");
  });

  after(async () => {
    await takeDownLab();
    await cluster.remove();
  });

  void test("a clone that fails is named with vCenter's message, the others finish, and the next up completes", async () => {
    const message = "Insufficient disk space on datastore 'LocalDS_0'.";
    await lab.control.injectCloneFault({
      pattern: "mishap-workers-0-*",
      fault: "NoDiskSpace",
      message,
    });
    await lab.control.injectCloneFault({ pattern: "mishap-managers-1-*", delayMs: 4000 });
    const outcome = await cluster.site.tryUp();
    await lab.control.clearFaults();
    assert.notEqual(outcome.code, 0);
    assert.ok(outcome.output.includes(message), tail(outcome.output));
    assert.match(outcome.output, /mishap-workers-0/);
    expectNoStackTrace(outcome.output);
    assert.deepEqual(
      await cluster.vms(),
      ["managers-0-g1", "managers-1-g1", "managers-2-g1", "workers-1-g1"],
      "the slow clone and the others have finished, and nothing is left of the failed one",
    );
    await cluster.site.up();
    assert.deepEqual(await cluster.nodes(), expectedNodes(3, 2));
  });

  void test("a vCenter session that is lost while clones run costs no more than one more up", async () => {
    await cluster.withWorkers(3);
    await lab.control.injectCloneFault({ pattern: "mishap-workers-2-*", delayMs: 5000 });
    const run = await cluster.site.startUp();
    await run.seen((output) => output.includes(":VirtualMachine mishap-workers-2 creating"));
    assert.ok((await lab.control.endSessions()) > 0);
    const outcome = await run.done;
    await lab.control.clearFaults();
    expectNoStackTrace(outcome.output);
    if (outcome.code !== 0) {
      assert.match(outcome.output, /mishap-workers-2/);
      assert.match(outcome.output, /session|authenticated/i, tail(outcome.output));
      const { code, output } = await cluster.site.slipway("recover", cluster.name, "--yes");
      assert.equal(code, 0, tail(output));
    }
    assert.deepEqual(await cluster.nodes(), expectedNodes(3, 3));
    assert.equal((await cluster.vms()).length, 6);
  });

  void test("SSH that is cut during a join is told with host and step, and the next up converges", async () => {
    await cluster.withWorkers(4);
    const run = await cluster.site.startUp();
    await run.seen((output) => output.includes(":SwarmNode mishap-workers-3 creating"));
    await lab.control.unplugMachine("mishap-workers-3-g1");
    const outcome = await run.done;
    await lab.control.plugMachine("mishap-workers-3-g1");
    assert.notEqual(outcome.code, 0);
    assert.match(outcome.output, /workers-3: /, tail(outcome.output));
    assert.match(outcome.output, /join/i, tail(outcome.output));
    expectNoStackTrace(outcome.output);
    await cluster.site.up();
    assert.deepEqual(await cluster.nodes(), expectedNodes(3, 4));
    assert.equal((await cluster.vms()).length, 7);
  });

  void test("a machine that cannot be reached stays in the state, and refresh warns by name", async () => {
    await lab.control.unplugMachine("mishap-workers-3-g1");
    const before = (await cluster.site.deployment()).resources?.length;
    const { output } = await refresh();
    assert.match(output, /warning[^\n]*workers-3/, tail(output));
    assert.equal((await cluster.site.deployment()).resources?.length, before);
    await lab.control.plugMachine("mishap-workers-3-g1");
    await cluster.becomes(expectedNodes(3, 4));
  });

  void test("machines destroyed behind our back are seen by refresh and replaced by up, and no ghost node stays", async () => {
    await lab.control.destroyMachine("mishap-managers-2-g1");
    await lab.control.destroyMachine("mishap-workers-1-g1");
    const { output } = await refresh();
    assert.match(output, / - +vsphere:index:VirtualMachine mishap-managers-2/, tail(output));
    assert.match(output, / - +vsphere:index:VirtualMachine mishap-workers-1/, tail(output));
    await cluster.site.up();
    assert.deepEqual(await cluster.nodes(), expectedNodes(3, 4));
    assert.equal((await cluster.vms()).length, 7);
    const docker = await cluster.docker();
    const nodes = (await docker.listNodes()) as { Spec: { Labels: Record<string, string> } }[];
    const zones = nodes.map(({ Spec: { Labels } }) => Labels.zone).filter(Boolean);
    assert.equal(zones.length, 4, "every worker has the labels of its pool");
    const managers = (await cluster.machines()).filter(({ name }) => name.includes("-managers-"));
    assert.equal(new Set(managers.map(({ host }) => host)).size, 3, "on distinct ESX hosts");
    await cluster.expectSettled();
  });

  void test("destroy takes down what is left when a refresh has seen that a machine is gone", async () => {
    await lab.control.destroyMachine("mishap-workers-0-g1");
    await refresh();
    await cluster.site.destroy();
    assert.deepEqual(await cluster.vms(), []);
  });
});
