/** The policy pack on a Swarm: samples pass by the official invocation, and what breaks a rule is stopped before anything changes. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { stringify } from "yaml";
import { TestCluster } from "../support/cluster";
import { expectDone, expectStopped, guarded, withPack } from "../support/policies";
import type { Site } from "../support/site";
import { standUpLab, takeDownLab } from "../support/testLab";

/** A service that breaks no rule; each test changes what it is about. */
const careful = {
  image: "${REGISTRY}/hello:${VERSION}",
  command: ["api"],
  user: "65534:65534",
  read_only: true,
  cap_drop: ["ALL"],
  networks: ["back"],
  stop_grace_period: "5s",
  healthcheck: {
    test: ["CMD", "/hello", "healthcheck"],
    interval: "2s",
    timeout: "2s",
    retries: 3,
  },
  deploy: {
    replicas: 2,
    endpoint_mode: "dnsrr",
    update_config: { failure_action: "rollback" },
    resources: {
      limits: { cpus: "0.25", memory: "32M" },
      reservations: { cpus: "0.05", memory: "16M" },
    },
  },
};
const { deploy } = careful;

/** By rule, what breaks it. */
const broken: Readonly<Record<string, object>> = {
  "SLW-APP-004": {
    deploy: { ...deploy, resources: { reservations: deploy.resources.reservations } },
  },
  "SLW-APP-005": { deploy: { ...deploy, resources: { limits: deploy.resources.limits } } },
  "SLW-APP-006": { healthcheck: { disable: true } },
  "SLW-APP-007": { healthcheck: { disable: true } },
  "SLW-APP-010": { volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"] },
  "SLW-APP-011": { volumes: ["/etc:/host:ro"] },
  "SLW-APP-012": { user: "0:0" },
  "SLW-APP-013": { read_only: false },
  "SLW-APP-014": { cap_drop: ["NET_RAW"] },
  "SLW-APP-015": { environment: { DB_PASSWORD: "hush" } },
  "SLW-APP-016": { command: ["api", "--token=hush"] },
  "SLW-APP-019": { deploy: { ...deploy, update_config: { failure_action: "continue" } } },
  "SLW-APP-020": { ports: [{ target: 8080, published: 81, mode: "host" }] },
  "SLW-APP-023": { logging: { driver: "json-file", options: { "max-file": "3" } } },
  "SLW-APP-024": { stop_grace_period: "2h" },
  "SLW-APP-025": { sysctls: { "net.core.somaxconn": "1024" } },
  "SLW-STK-001": { ports: [{ target: 8080, published: 8081, mode: "host" }] },
};

void describe("the policy pack on a Swarm", { timeout: 40 * 60_000 }, () => {
  let cluster: TestCluster;
  let lab: Awaited<ReturnType<typeof guarded>>;
  let site: Site;

  const define = (change: object) =>
    site.write(
      "careful.yml",
      stringify({
        services: { api: { ...careful, ...change } },
        networks: { back: { driver: "overlay" } },
      }),
    );
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
    await define({});
    await site.up(...withPack);
  });

  for (const [rule, change] of Object.entries(broken)) {
    void test(`stops what breaks ${rule}, before anything changes`, async () => {
      const before = await services();
      await define(change);
      await expectStopped(site, [rule]);
      assert.deepEqual(await services(), before);
    });
  }

  void test("stops an up as it does a preview, and what settings ask for", async () => {
    const before = await (await cluster.docker()).listServices();
    await lab.decide({
      parameters: {
        "SLW-APP-002": { registries: ["registry.example.com"] },
        "SLW-APP-017": { min: 9 },
        "SLW-STK-003": { memoryOvercommit: 1, cpuOvercommit: 1 },
      },
    });
    await define({
      deploy: {
        ...deploy,
        // Each fits its node, and all together need more than is left without one of the five.
        replicas: 6,
        resources: { ...deploy.resources, limits: { cpus: "2", memory: "32M" } },
      },
    });
    await expectStopped(site, ["SLW-APP-002", "SLW-APP-017", "SLW-STK-003"]);
    const { code } = await site.pulumi(
      "up",
      "--yes",
      "--non-interactive",
      "--stack",
      site.stack,
      ...withPack,
    );
    assert.notEqual(code, 0);
    const after = await (await cluster.docker()).listServices();
    assert.deepEqual(
      after.map(({ Version }) => Version),
      before.map(({ Version }) => Version),
    );
    await lab.decide({});
  });

  void test("stops a cluster that breaks the rules for machines and clusters", async () => {
    await lab.decide({ levels: {}, parameters: {} });
    const bad = await TestCluster.create(lab, "bad", (yml) => {
      const { managers, workers } = yml.nodePools;
      assert.ok(managers && workers);
      managers.count = 1;
      Object.assign(workers, { dataDiskGiB: 8, keepDataDisk: false, numCpus: 40 });
      Object.assign(yml, {
        engine: { version: "20.10", insecureRegistries: ["registry.test:5000"] },
      });
    });
    await expectStopped(bad.site, [
      "SLW-VM-003",
      "SLW-VM-006",
      "SLW-VM-007",
      "SLW-CLU-002",
      "SLW-CLU-003",
      "SLW-CLU-009",
      "SLW-CLU-010",
    ]);
    assert.deepEqual(await bad.vms(), []);
    await lab.decide({});
    await bad.remove();
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
