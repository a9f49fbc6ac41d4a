/**
 * Versioned rollouts under load, the same on every orchestrator: what a user of `slipway deploy` sees, and what its visitors
 * must not notice.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Lab, Orchestrator } from "../../lab";
import type { LabCluster } from "./cluster";
import { tail, type Outcome } from "./command";
import type { LoadReport } from "./loadReport";
import type { Orchestration } from "./orchestration";
import { expectNoStackTrace } from "./output";
import { killTree } from "./processTree";
import { Shop } from "./shop";
import type { SteadyLoad } from "./steadyLoad";
import { standUpLab, takeDownLab } from "./testLab";

/** What tests of one orchestrator go on with. */
export interface DeployedShops<T extends Orchestration> {
  readonly lab: Lab;
  readonly orchestration: T;
  readonly prod: Shop;
  readonly dev: Shop;
}

/**
 * @param standUp makes a cluster that has settled, with an ingress.
 * @param rest what is tested on this orchestrator alone, after the rest.
 */
export function applicationSuite<T extends Orchestration>(
  title: string,
  orchestrator: Orchestrator,
  standUp: (lab: Lab) => Promise<T>,
  rest: (shops: () => DeployedShops<T>) => void,
): void {
  void describe(title, { timeout: 45 * 60_000 }, () => {
    let lab: Lab;
    let orchestration: T;
    let prod: Shop;
    let dev: Shop;
    let load: SteadyLoad | undefined;
    /** The quiet latency, for comparison. */
    let quiet: LoadReport;

    before(async () => {
      lab = await standUpLab(orchestrator);
      await Shop.images(lab);
      orchestration = await standUp(lab);
      const { cluster } = orchestration;
      prod = await Shop.create(cluster, lab, "prod");
      dev = await Shop.create(cluster, lab, "dev");
    });

    after(async () => {
      await load?.stop();
      await takeDownLab();
      await orchestration.cluster.remove();
    });

    /** Lets visitors come while something happens, and answers what they noticed: nothing must have failed. */
    async function unnoticed(title: string, work: () => Promise<void>): Promise<LoadReport> {
      assert.ok(load, "there are no visitors: the first deployment failed");
      const from = load.sent;
      await work();
      const report = load.look(from);
      const latency = `p99 ${report.p99.toFixed(0)} ms (quiet ${quiet.p99.toFixed(0)} ms)`;
      console.log(`${title}: ${report.sent} requests, ${report.failed} failed, ${latency}`);
      assert.deepEqual(report.failures, []);
      assert.ok(report.answered > 100, `only ${report.answered} requests were answered`);
      return report;
    }

    void test("is deployed by version, with its migration run first", async () => {
      const outcome = await prod.deploy("--version", "1.0.0");
      expectDone(outcome);
      assert.match(outcome.output, /job-migrate/);
      assert.match(outcome.output, /runs application 1\.0\.0, environment 1\.0\.0/);
      load = prod.load();
      await load.reached(600);
      quiet = load.look();
      assert.deepEqual(quiet.failures, []);
      assert.deepEqual(Object.keys(quiet.byVersion), ["1.0.0"]);
    });

    void test("deployed again as it runs, nothing changes", async () => {
      const outcome = await prod.deploy("--version", "1.0.0", "--json");
      expectDone(outcome);
      assert.equal((JSON.parse(outcome.stdout) as { changes: number }).changes, 0);
      assert.deepEqual(await prod.site.changes(), []);
      await prod.site.refreshShowsNoChange();
    });

    void test("an upgrade is unnoticed", async () => {
      const { byVersion } = await unnoticed("upgrade to 1.0.1", async () => {
        expectDone(await prod.deploy("--version", "1.0.1"));
      });
      assert.ok((byVersion["1.0.1"] ?? 0) > 0, JSON.stringify(byVersion));
    });

    void test("a change of the environment is unnoticed, and has a version of its own", async () => {
      await prod.site.copy("test/fixtures/shop/1.1.0", "shop-prod");
      await unnoticed("environment 1.1.0", async () => {
        expectDone(await prod.deploy());
      });
      const { stdout } = await prod.slipway("releases", "--json");
      const releases = JSON.parse(stdout) as Record<string, unknown>[];
      assert.deepEqual(
        releases.map(({ number, applicationVersion, environmentVersion, outcome }) => [
          number,
          applicationVersion,
          environmentVersion,
          outcome,
        ]),
        [
          [1, "1.0.0", "1.0.0", "succeeded"],
          [2, "1.0.1", "1.0.0", "succeeded"],
          [3, "1.0.1", "1.1.0", "succeeded"],
        ],
      );
    });

    void test("the same environment version with other content is refused, and goes on by force with a note", async () => {
      await prod.define((yml) => {
        (yml.services.web?.deploy as Record<string, unknown>).labels = { owner: "shop-team" };
      });
      expectFailed(
        await prod.deploy(),
        2,
        /stack\.yml:\d+:\d+ x-slipway\.version: environment version 1\.1\.0 was released here before \(#3\) with other content/,
      );
      await unnoticed("a label by force", async () => {
        expectDone(await prod.deploy("--force"));
      });
      const { output } = await prod.slipway("releases");
      assert.match(output, /#4 .*forced: environment version 1\.1\.0/);
    });

    void test("more tasks, and fewer again, are unnoticed", async () => {
      for (const [version, replicas] of [
        ["1.2.0", 4],
        ["1.3.0", 3],
      ] as const) {
        await prod.define((yml) => (yml["x-slipway"].version = version));
        await prod.site.write(
          "shop-prod/stack.prod.yml",
          `services:\n  web:\n    deploy: { replicas: ${replicas} }\n    x-slipway:\n      ingress: !override [{ host: shop.prod.test, port: 8080, healthPath: /readyz }]\n  api:\n    deploy: { replicas: ${replicas} }\n`,
        );
        await unnoticed(`${replicas} tasks`, async () => {
          expectDone(await prod.deploy());
        });
      }
    });

    const bad: readonly (readonly [string, string, number, RegExp])[] = [
      ["that crashes", "6.6.6", 1, /the rollout of (shop-prod_)?web has failed[^]*\| /],
      ["that is never healthy", "6.6.7", 1, /the rollout of (shop-prod_)?api has failed/],
      ["whose image is missing", "6.6.8", 2, /services\.web\.image: \S+:6\.6\.8 can't be had/],
    ];
    for (const [title, version, code, message] of bad) {
      void test(`a version ${title} is unnoticed: the whole application stays what it was`, async () => {
        const before = await orchestration.images(prod.application);
        await unnoticed(version, async () => {
          expectFailed(await prod.deploy("--version", version), code, message);
        });
        assert.deepEqual(await orchestration.images(prod.application), before);
        assert.deepEqual(await prod.site.changes(), [], "the configuration is as it was");
      });
    }

    void test("limits that no node has are refused before anything is touched", async () => {
      await prod.define((yml) => {
        const { deploy } = yml.services.api as { deploy: { resources: { limits: object } } };
        deploy.resources.limits = { cpus: "64", memory: "64M" };
        yml["x-slipway"].version = "1.4.0";
      });
      expectFailed(
        await prod.deploy(),
        2,
        /services\.api\.deploy\.resources\.limits\.cpus: is 64 CPUs, and no node/,
      );
      await prod.define((yml) => {
        const { deploy } = yml.services.api as { deploy: { resources: { limits: object } } };
        deploy.resources.limits = { cpus: "0.50", memory: "64M" };
        yml["x-slipway"].version = "1.3.0";
      });
    });

    void test("a rollback is unnoticed and brings back both versions", async () => {
      await unnoticed("rollback", async () => {
        const outcome = await prod.slipway("rollback", "--to", "2");
        expectDone(outcome);
        assert.match(outcome.output, /runs application 1\.0\.1, environment 1\.0\.0/);
      });
      assert.deepEqual(await prod.site.changes(), [], "a plain preview agrees");
      await unnoticed("forward again", async () => {
        expectDone(await prod.deploy("--version", "1.0.1"));
      });
    });

    void test("a node that is drained is unnoticed", async () => {
      await unnoticed("drained node", async () => {
        await orchestration.drain("workers-1");
      });
      await orchestration.admit("workers-1");
    });

    void test("what somebody changes by hand stops a deployment, is shown, and is undone by --overwrite", async () => {
      const { application } = prod;
      await orchestration.scale(application, "api", 1);
      expectFailed(
        await prod.deploy(),
        3,
        /api was changed by somebody else: (Mode\.Replicated\.R|spec\.r)eplicas: 3 → 1/,
      );
      await orchestration.expectShown(prod.site);
      expectDone(await prod.deploy("--accept"));
      assert.equal(await orchestration.replicas(application, "api"), 1);
      expectDone(await prod.deploy("--overwrite"));
      assert.equal(await orchestration.replicas(application, "api"), 3);
      assert.deepEqual(await prod.site.changes(), []);
    });

    void test("dev stands beside prod from the same file, and what it runs is promoted by digest", async () => {
      expectDone(await dev.deploy("--version", "2.0.0"));
      await unnoticed("promotion of 2.0.0", async () => {
        const outcome = await prod.site.slipway("promote", "shop", "dev", "prod");
        expectDone(outcome);
      });
      assert.deepEqual(
        await orchestration.images(prod.application),
        await orchestration.images(dev.application),
      );
      assert.deepEqual(await runningVersions(orchestration.cluster), [
        ["shop-dev", "2.0.0"],
        ["shop-prod", "2.0.0"],
      ]);
      const diff = await prod.site.slipway("diff", "shop", "dev", "prod");
      assert.match(diff.output, /services\.web\.deploy\.replicas: 1 \(dev\), 3 \(prod\)/);
      assert.doesNotMatch(diff.output, /^application:/m);
    });

    void test("a secret with another value is rolled out under another name, and is nowhere in plain text", async () => {
      const secret = "second-signing-key";
      const config = ["config", "set", "--stack", prod.site.stack, "--path", "--secret"];
      await prod.site.must(...config, "slipway:secrets.SIGNING_KEY", secret);
      await unnoticed("another secret", async () => {
        expectDone(await prod.deploy());
      });
      const names = await orchestration.secrets(prod.application);
      assert.equal(names.filter((name) => name.startsWith("shop-prod_signing-key-")).length, 1);
      const state = JSON.stringify(await prod.site.deployment());
      for (const text of [secret, Buffer.from(secret).toString("base64")])
        assert.ok(!state.includes(text), "the state has the secret in plain text");
    });

    void test("a deployment that is killed is cleared up by slipway recover, unnoticed, and can be made again", async () => {
      const runs = async () => {
        const all = await runningVersions(orchestration.cluster);
        return all.find(([stack]) => stack === prod.site.stack)?.[1];
      };
      const before = await runs();
      const [version = ""] = ["1.0.1", "1.0.0"].filter((one) => one !== before);
      await unnoticed("killed deployment", async () => {
        const run = await prod.site.startSlipway("deploy", "shop", "prod", "--version", version);
        await run.seen((output) => output.includes("api: update"));
        killTree(run.pid);
        assert.equal((await run.ended).signal, "SIGKILL");
        expectDone(await prod.site.slipway("recover", prod.site.stack, "--yes"));
      });
      assert.equal(await runs(), before);
      assert.deepEqual(await prod.site.changes(), []);
      await unnoticed("deployed after the kill", async () => {
        expectDone(await prod.deploy("--version", version));
      });
      assert.equal(await runs(), version);
    });

    void test("two deployments of one application at a time: one is refused", async () => {
      const outcomes = await Promise.all([
        dev.deploy("--version", "1.0.1"),
        dev.deploy("--version", "1.0.1"),
      ]);
      const codes = outcomes.map(({ code }) => code).sort();
      // Where the first had ended before the second began, there was nothing to refuse.
      assert.ok(
        ["0,4", "0,0"].includes(codes.join(",")),
        outcomes.map(({ output }) => tail(output)).join("\n"),
      );
    });

    void test("nothing failed for visitors in all that time", async () => {
      assert.deepEqual((await load?.stop())?.failures, []);
    });

    rest(() => ({ lab, orchestration, prod, dev }));
  });
}

/** Application version by Pulumi stack, as `slipway releases` tells. */
export async function runningVersions({ site }: LabCluster): Promise<string[][]> {
  const { stdout } = await site.slipway("releases", "--json");
  const running = JSON.parse(stdout) as {
    stack: string;
    release: { applicationVersion: string };
  }[];
  return running.map(({ stack, release }) => [stack, release.applicationVersion]).sort();
}

export function expectDone(outcome: Outcome): void {
  assert.equal(outcome.code, 0, tail(outcome.output));
}

/** A deployment that failed, told without a stack trace. */
export function expectFailed(outcome: Outcome, code: number, message: RegExp): void {
  assert.equal(outcome.code, code, tail(outcome.output));
  assert.match(outcome.output, message);
  expectNoStackTrace(outcome.output);
}
