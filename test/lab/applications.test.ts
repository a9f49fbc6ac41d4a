/** Versioned rollouts on a Swarm. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { provideImages } from "../../lab/images";
import {
  applicationSuite,
  expectDone,
  expectFailed,
  runningVersions,
} from "../support/applicationSuite";
import { TestCluster } from "../support/cluster";
import { commandsIn } from "../support/guide";
import { saidByRuns } from "../support/scheduledJob";
import { SwarmOrchestration } from "../support/swarmOrchestration";

applicationSuite(
  "an application behind the ingress of a Swarm",
  "swarm",
  async (lab) => {
    await provideImages(lab, "scheduler", (line) => process.stdout.write(`lab: ${line}\n`));
    const cluster = await TestCluster.create(lab, "lab", (yml) => {
      yml.platform = { mirror: lab.env.SLIPWAY_LAB_REGISTRY, ingress: {}, scheduler: {} };
    });
    await cluster.site.up();
    await cluster.expectSettled();
    return new SwarmOrchestration(cluster);
  },
  (shops) => {
    void test("a job runs at its times, which is no change of the application, and is deployed anew between two runs", async () => {
      const { orchestration, dev } = shops();
      const docker = await orchestration.cluster.docker();
      const service = "shop-dev_job-stocktake";
      const scheduled = (version: string, job?: object) =>
        dev.define((yml) => {
          const jobs = yml["x-slipway"].jobs as Record<string, unknown>;
          yml["x-slipway"].version = version;
          if (job === undefined) Reflect.deleteProperty(jobs, "stocktake");
          else jobs.stocktake = job;
        });
      const job = { when: "schedule", service: "api", command: ["migrate"] };
      await scheduled("2.0.0", { ...job, schedule: "*/20 * * * * 7" });
      expectFailed(
        await dev.deploy(),
        2,
        /stack\.yml:\d+:\d+ x-slipway\.jobs\.stocktake\.schedule: has "7" in the field for the day of the week/,
      );
      await scheduled("2.0.0", { ...job, schedule: "*/20 * * * * *" });
      expectDone(await dev.deploy());
      for (const said of await saidByRuns(docker, service, 2)) assert.match(said, /the store has/);
      assert.deepEqual(await dev.site.changes(), []);
      await dev.site.refreshShowsNoChange();
      // Written again and again by swarm-cronjob meanwhile.
      await scheduled("2.1.0", { ...job, schedule: "*/10 * * * * *" });
      expectDone(await dev.deploy());
      await saidByRuns(docker, service, 1);
      await scheduled("2.2.0");
      expectDone(await dev.deploy());
      const left = (await docker.listServices()).map(({ Spec }) => Spec?.Name ?? "");
      assert.ok(!left.includes(service), left.join(", "));
    });

    void test("destroyed, it leaves its volume and nothing else", async () => {
      const { orchestration, prod } = shops();
      const { cluster } = orchestration;
      await prod.site.destroy();
      const docker = await cluster.docker();
      const left = (await docker.listServices()).map(({ Spec }) => Spec?.Name ?? "");
      assert.deepEqual(
        left.filter((name) => name.startsWith("shop-prod_")),
        [],
      );
      const { "workers-0": address = "" } = await cluster.addresses("workers");
      const volumes = await cluster.site.onMachine(address, "sudo docker volume ls --quiet");
      assert.ok(volumes.split("\n").includes("shop-prod_data"), volumes);
    });

    void test("the commands of the guide work as they are written", async () => {
      const { orchestration, dev, prod } = shops();
      const { cluster } = orchestration;
      for (const { site } of [dev, prod]) {
        await site.destroy();
        await site.must("stack", "rm", "--yes", site.stack);
      }
      await cluster.site.copy("stacks/shop", "stacks/shop");
      const commands = commandsIn(
        "docs/applications.md",
        /## From a Compose file .*?(?=On Kubernetes these)/s,
      );
      assert.ok(commands.length > 15, commands.join("\n"));
      for (const command of commands) expectDone(await cluster.site.shell(command));
      // The guide rolls prod back.
      assert.deepEqual(await runningVersions(cluster), [
        ["shop-dev", "1.0.1"],
        ["shop-prod", "1.0.0"],
      ]);
    });
  },
);
