import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clusterYml, runCluster } from "./support/cluster";
import { inventory, resource } from "./support/program";

/** What the cluster has more with this platform, by type and name. */
async function added(platform: string): Promise<readonly string[]> {
  const without = new Set(inventory(await runCluster()));
  const run = await runCluster({ yml: `${clusterYml}platform: ${platform}\n` });
  return inventory(run).filter((one) => !without.has(one));
}

const scheduler = [
  "slipway:index:SwarmConfig lab-scheduler-haproxy.cfg",
  "slipway:index:SwarmNetwork lab-scheduler-api",
  "slipway:index:SwarmService lab-scheduler-api",
  "slipway:index:SwarmService lab-scheduler-swarm-cronjob",
  "slipway:scheduler:Scheduler lab-scheduler",
];
const ingress = [
  "slipway:index:SwarmConfig lab-ingress-dynamic.yml",
  "slipway:index:SwarmConfig lab-ingress-haproxy.cfg",
  "slipway:index:SwarmConfig lab-ingress-traefik.yml",
  "slipway:index:SwarmNetwork lab-ingress-api",
  "slipway:index:SwarmNetwork lab-ingress-applications",
  "slipway:index:SwarmService lab-ingress-api",
  "slipway:index:SwarmService lab-ingress-traefik",
  "slipway:ingress:Ingress lab-ingress",
];
const monitoring = [
  "slipway:index:SwarmConfig lab-monitoring-blackbox.yml",
  "slipway:index:SwarmConfig lab-monitoring-haproxy.cfg",
  "slipway:index:SwarmConfig lab-monitoring-json-exporter.yml",
  "slipway:index:SwarmConfig lab-monitoring-prometheus.yml",
  "slipway:index:SwarmConfig lab-monitoring-slipway.rules.yml",
  "slipway:index:SwarmNetwork lab-monitoring-api",
  "slipway:index:SwarmNetwork lab-monitoring-applications",
  "slipway:index:SwarmNetwork lab-monitoring-parts",
  "slipway:index:SwarmSecret lab-monitoring-alertmanager.yml",
  "slipway:index:SwarmService lab-monitoring-alertmanager",
  "slipway:index:SwarmService lab-monitoring-api",
  "slipway:index:SwarmService lab-monitoring-blackbox-exporter",
  "slipway:index:SwarmService lab-monitoring-cadvisor",
  "slipway:index:SwarmService lab-monitoring-json-exporter",
  "slipway:index:SwarmService lab-monitoring-node-exporter",
  "slipway:index:SwarmService lab-monitoring-prometheus",
  "slipway:monitoring:Monitoring lab-monitoring",
];
const storage = "storage: { node: workers-0, sizeGiB: 5 }";
const provider = "pulumi:providers:slipway lab-platform";

describe("the platform of a cluster", () => {
  test("is what cluster.yml asks for, on one provider", async () => {
    assert.deepEqual(await added("{ scheduler: {} }"), [provider, ...scheduler].sort());
    assert.deepEqual(await added("{ ingress: {} }"), [provider, ...ingress].sort());
    assert.deepEqual(
      await added("{ ingress: {}, scheduler: {} }"),
      [provider, ...scheduler, ...ingress].sort(),
    );
  });

  test("has monitoring, with the engines' metrics and what applications need to know", async () => {
    assert.deepEqual(
      await added(`{ monitoring: { ${storage} } }`),
      [provider, ...monitoring].sort(),
    );
    const run = await runCluster({
      yml: `${clusterYml}platform: { monitoring: { ${storage} } }\n`,
    });
    const { daemon } = resource(run, "Engine", "lab-workers-0").inputs as {
      daemon: Record<string, unknown>;
    };
    assert.equal(daemon["metrics-addr"], "0.0.0.0:9323");
    assert.deepEqual(run.outputs.monitoring, {
      network: "slipway_monitoring",
      measuresRequests: false,
    });
  });

  test("refuses monitoring without its passwords, all at once, each at its place, before anything is made", async () => {
    const receivers =
      "{ mail: { mail: [a@b.test] }, pager: { webhook: { authentication: bearer } }, chat: { webhook: {} } }";
    const yml = `${clusterYml}platform:
  monitoring:
    ${storage}
    mail: { host: smtp.test, from: a@b.test, user: alerts }
    receivers: ${receivers}
    defaultReceiver: mail
`;
    await assert.rejects(runCluster({ yml }), (error: Error) => {
      const lines = error.message.split("\n");
      for (const [index, said] of [
        /:\d+:\d+ platform\.monitoring\.mail\.user: needs the password of alerts at the mail server, and slipway:mailPassword is not set; run `pulumi config set --secret slipway:mailPassword`/,
        /receivers\.pager\.webhook: needs the URL .* slipway:webhookUrls\.pager/,
        /receivers\.pager\.webhook\.authentication: needs the token .* slipway:webhookPasswords\.pager is not set; run `pulumi config set --secret --path 'slipway:webhookPasswords\.pager'`/,
        /receivers\.chat\.webhook: needs the URL/,
      ].entries())
        assert.match(lines[index] ?? "", said);
      return true;
    });
  });

  test("has nothing for what the site runs itself", async () => {
    const external = "{ network: traefik-public, httpsEntryPoint: websecure }";
    assert.deepEqual(await added(`{ ingress: { external: ${external} } }`), []);
    assert.deepEqual(await added("{ mirror: registry.test/hub }"), []);
  });

  test("goes through the managers' Docker API, when the Swarm stands", async () => {
    const run = await runCluster({
      yml: `${clusterYml}platform: { mirror: registry.test/hub, scheduler: { timeZone: Asia/Tokyo } }\n`,
    });
    const service = resource(run, "SwarmService", "lab-scheduler-swarm-cronjob");
    assert.match(service.provider, /\bpulumi:providers:slipway::lab-platform::/);
    assert.match(JSON.stringify(service.inputs), /"registry\.test\/hub\/crazymax\/swarm-cronjob:/);
    assert.match(JSON.stringify(service.inputs), /"TZ=Asia\/Tokyo"/);
    const { dependencies } = resource(run, "Scheduler", "lab-scheduler");
    assert.ok(dependencies.some((urn) => urn.endsWith("SwarmCluster::lab")));
  });

  test("tells applications of the ingress, and nothing of the scheduler, which they find on the Swarm", async () => {
    const { outputs } = await runCluster({
      yml: `${clusterYml}platform: { ingress: {}, scheduler: {} }\n`,
    });
    const { ingress: told, scheduler: untold } = outputs as Record<string, unknown>;
    assert.equal((told as { routes: { network: string } }).routes.network, "slipway_ingress");
    assert.equal(untold, undefined);
  });
});
