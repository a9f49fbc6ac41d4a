/** The policy pack on a Swarm: samples pass by the official invocation, and what breaks a rule is stopped before anything changes. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { stringify } from "yaml";
import { TestCluster } from "../support/cluster";
import { brokenServices, careful } from "../support/brokenVariants";
import { pipelineObstacle } from "../support/pipeline";
import { expectDone, expectStopped, expectTold, guarded, withPack } from "../support/policies";
import type { Site } from "../support/site";
import { standUpLab, takeDownLab } from "../support/testLab";

const unattended = ["--yes", "--non-interactive"];

void describe("the policy pack on a Swarm", { timeout: 40 * 60_000 }, () => {
  let cluster: TestCluster;
  let lab: Awaited<ReturnType<typeof guarded>>;
  let site: Site;

  const write = (file: object) => site.write("careful.yml", stringify(file));
  const define = (change: object) =>
    write({
      services: { api: { ...careful, ...change } },
      networks: { back: { driver: "overlay" } },
    });
  const services = async () =>
    (await (await cluster.docker()).listServices()).map(({ Spec }) => Spec?.Name ?? "").sort();

  before(async () => {
    lab = await guarded(await standUpLab(), [
      {
        rule: "SLW-STK-001",
        resource: "hello-web",
        reason: "The first application shows a port of the nodes.",
        owner: "tests",
        expires: "2099-12-31",
      },
    ]);
    cluster = await TestCluster.create(lab, "guarded");
  });

  after(async () => {
    await takeDownLab();
    await cluster.remove();
  });

  void test("lets the samples stand up, cluster and application", async () => {
    await cluster.site.up(...withPack);
    const hello = await cluster.hello();
    await hello.up(...withPack);
    await hello.must(
      "preview",
      "--non-interactive",
      "--expect-no-changes",
      "--stack",
      hello.stack,
      ...withPack,
    );
    site = await cluster.site.sibling("careful-test", {
      "slipway:stack": "careful.yml",
      "slipway:application": "careful",
      "slipway:cluster": cluster.name,
      "slipway:version": "1.0.0",
      "slipway:registry": lab.env.SLIPWAY_LAB_REGISTRY ?? "",
    });
    const node = `${cluster.name}-workers-0-g1`;
    await site.must(
      "config",
      "set",
      "--stack",
      site.stack,
      "--path",
      "slipway:variables.ONE_NODE",
      node,
    );
    await define({});
    await site.up(...withPack);
  });

  void test("stops what breaks each rule, before anything changes", async () => {
    const before = await services();
    const { file, parameters, expected } = brokenServices("swarm");
    await lab.decide({ levels: { "SLW-APP-003": "mandatory" }, parameters });
    await write(file);
    await expectStopped(site, expected);
    assert.deepEqual(await services(), before);
  });

  void test("stops an up as it does a preview", async () => {
    const versions = async () =>
      (await (await cluster.docker()).listServices()).map(({ Version }) => Version);
    const before = await versions();
    await lab.decide({});
    await define({ read_only: false });
    const outcome = await site.pulumi("up", ...unattended, "--stack", site.stack, ...withPack);
    expectTold(outcome, [
      { rule: "SLW-APP-013", at: "api", message: /can write to its root file system/ },
    ]);
    assert.deepEqual(await versions(), before);
  });

  void test("stops `slipway deploy` where it is named, before anything changes", async () => {
    await define({ read_only: false });
    const { code, output } = await site.slipway("deploy", "careful", "test", ...withPack);
    assert.equal(code, 5, output);
    assert.match(output, /SLW-APP-013 [^]*careful_api: can write to its root file system/);
    await define({});
    expectDone(await site.slipway("deploy", "careful", "test", ...withPack));
  });

  const skip = pipelineObstacle();
  void test("runs in the pipeline of a change as its file has it", { skip }, async () => {
    const stacks = [cluster.name, site.stack];
    const green = await site.pipeline(stacks);
    expectDone(green.outcome);
    await define({ read_only: false });
    const red = await site.pipeline(stacks);
    assert.notEqual(red.outcome.code, 0);
    assert.match(red.comment?.body ?? "", /SLW-APP-013 \| medium \| careful_api/);
    await define({});
  });

  void test("is audited over a preview and over what is deployed, to the same end", async () => {
    await define({});
    for (const source of [[], ["--deployed"]]) {
      const output = site.path(`evidence${source.length}`);
      expectDone(
        await site.slipway("audit", cluster.name, site.stack, ...source, "--output", output),
      );
      const evidence = JSON.parse(await readFile(`${output}/evidence.json`, "utf8")) as {
        summary: { violated: { mandatory: number }; passed: number };
      };
      assert.equal(evidence.summary.violated.mandatory, 0);
      assert.ok(evidence.summary.passed > 50);
    }
    await define({ read_only: false });
    const { code, output } = await site.slipway("audit", site.stack);
    assert.equal(code, 5, output);
    assert.match(output, /SLW-APP-013 \| medium \| careful_api/);
    await define({});
  });
});
