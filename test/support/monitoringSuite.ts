/**
 * Monitoring, the same on every orchestrator: all parts up, every target read, no alert without a reason; and for what goes
 * wrong the right alert arrives at a webhook, in its time, and is over when it is.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Lab, Orchestrator } from "../../lab";
import { waitUntil } from "../../lab/host/process";
import { dashboards } from "../../components/grafana/dashboards";
import { panelQueries } from "../../components/grafana/dashboards/queries";
import { provideImages } from "../../lab/images";
import { certificateFor } from "../unit/ingress/support";
import { AlertSink } from "./alertSink";
import type { CommonYml, LabCluster } from "./cluster";
import { MailSink } from "./mailSink";
import type { Site } from "./site";
import { expectHealthyStatus, expectLostNode } from "./statusChecks";
import { standUpLab, takeDownLab } from "./testLab";

/** What a test does to a cluster of one orchestrator, and asks of it. */
export interface Monitored {
  readonly cluster: LabCluster;
  /** Runs a command in Prometheus' container. */
  inPrometheus(command: readonly string[]): Promise<string>;
  /** Makes a service whose tasks fail as soon as they have started. */
  crash(): Promise<void>;
  /** Removes it. */
  mend(): Promise<void>;
  /** Jobs of Prometheus, with how many targets each has. */
  readonly targets: Readonly<Record<string, number>>;
  /** What of the cluster changes where Grafana comes to it, as `Site.changes` tells. */
  readonly changedByGrafana: readonly string[];
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

const host = "hello.test";
const grafanaHost = "grafana.test";

/** A page behind the ingress with objective and owner, and a program that has metrics. */
const applicationYml = `
x-slipway: { version: 1.0.0, owner: team-hello, slo: { availability: 99, latency: { p99: 1200ms } } }
services:
  web:
    image: \${REGISTRY}/hello:\${VERSION}
    command: [api]
    healthcheck: { test: [CMD, /hello, healthcheck], interval: 2s, timeout: 2s, retries: 3 }
    deploy: { replicas: 1, endpoint_mode: dnsrr, resources: { limits: { memory: 64M } } }
    x-slipway: { ingress: [{ host: ${host}, port: 8081 }] }
  metrics:
    image: \${REGISTRY}/prom/node-exporter:v1.5.0
    command: [/bin/node_exporter, --collector.disable-defaults, --collector.time]
    deploy:
      replicas: 1
      endpoint_mode: dnsrr
      labels: { prometheus.io/scrape: "true", prometheus.io/port: "9100" }
      resources: { limits: { memory: 64M } }
`;

/** Its Pulumi stack. */
async function applicationOn(cluster: LabCluster, lab: Lab): Promise<Site> {
  const site = await cluster.site.sibling(`hello-${cluster.name}`, {
    "slipway:stack": "hello.yml",
    "slipway:application": "hello",
    "slipway:cluster": cluster.name,
    "slipway:version": "1.0.0",
    "slipway:registry": lab.env.SLIPWAY_LAB_REGISTRY ?? "",
  });
  await site.write("hello.yml", applicationYml);
  return site;
}

const minute = 60_000;

/** @param standUp makes the cluster, without an \`up\`. @param change adds monitoring to its file */
export function monitoringSuite(
  title: string,
  orchestrator: Orchestrator,
  standUp: (lab: Lab, change: (yml: CommonYml) => void) => Promise<Monitored>,
): void {
  void describe(title, { timeout: 75 * minute }, () => {
    let lab: Lab;
    let monitored: Monitored;
    let sink: AlertSink;
    let mails: MailSink;

    const query = async (expression: string): Promise<readonly Sample[]> => {
      const command = ["/bin/promtool", "query", "-o", "json", "instant"];
      const url = "http://localhost:9090";
      return JSON.parse(
        await monitored.inPrometheus([...command, "--", url, expression]),
      ) as Sample[];
    };
    /** Waits for an expression to have a result, or none. */
    const becomes = async (expression: string, some: boolean, withinMs: number) => {
      let last = "";
      const asWanted = async () => {
        try {
          const samples = await query(expression);
          last = JSON.stringify(samples.map(({ metric }) => metric));
          return samples.length > 0 === some;
        } catch (error) {
          // It is being started: nobody answers.
          last = String(error);
          return false;
        }
      };
      if (!(await waitUntil(asWanted, withinMs, 2000))) assert.fail(`${expression}: ${last}`);
    };
    const certificate = async (days: number) => {
      const { certificate: pem, key } = await certificateFor([host], { days });
      const { site } = monitored.cluster;
      await site.write("apps.pem", pem);
      const set = ["config", "set", "--secret", "--stack", site.stack];
      await site.must(...set, "slipway:ingressTlsKey", "--", key);
    };

    before(async () => {
      lab = await standUpLab(orchestrator);
      const say = (line: string) => process.stdout.write(`lab: ${line}\n`);
      await provideImages(lab, "ingress", say);
      await provideImages(lab, "monitoring", say);
      await provideImages(lab, "registry", say);
      const registry = lab.env.SLIPWAY_LAB_REGISTRY ?? "";
      const here = registry.split(":")[0] ?? "";
      sink = await AlertSink.open(here);
      const relay = await certificateFor([here], { isAuthority: true });
      const account = { user: "slipway", password: "a-word-of-the-relay" };
      mails = await MailSink.open({ ...relay, ...account });
      monitored = await standUp(lab, (yml) => {
        yml.os.caCertificates = [...(yml.os.caCertificates ?? []), "relay.pem"];
        yml.platform = {
          ...yml.platform,
          mirror: registry,
          ingress: { tls: { certificate: "apps.pem" } },
          monitoring: {
            storage: { node: "workers-0", sizeGiB: 4 },
            retention: { time: "2d", size: "1GiB" },
            mail: { host: here, port: mails.port, from: "alerts@lab.test", user: account.user },
            receivers: {
              team: { webhook: { url: sink.url("/team") }, mail: ["team@lab.test"] },
              urgent: { webhook: { url: sink.url("/urgent") } },
              // Its URL is a secret.
              heartbeat: { webhook: {} },
            },
            defaultReceiver: "team",
            routes: [{ severity: "critical", receiver: "urgent" }],
            deadManSwitch: { receiver: "heartbeat", intervalSeconds: 15 },
            // Its image can't be had in the lab: it is previewed, and its queries are asked.
            grafana: { host: grafanaHost, enabled: false },
            // The machines are containers: their clock is that of this machine, whoever sets it.
            disabledAlerts: ["ClockNotSynchronised"],
          },
        };
      });
      const { site } = monitored.cluster;
      await certificate(90);
      await site.write("relay.pem", relay.certificate);
      const secret = ["config", "set", "--secret", "--stack", site.stack, "--path"];
      await site.must(...secret, "slipway:mailPassword", account.password);
      await site.must(...secret, "slipway:webhookUrls.heartbeat", sink.url("/heartbeat/secret"));
      await site.up();
    });

    after(async () => {
      await takeDownLab();
      await monitored.cluster.remove();
      await sink.close();
      await mails.close();
    });

    void test("stands as the file says, and a second preview has nothing to do", async () => {
      await monitored.cluster.expectSettled();
    });

    void test("shows no secret in state", async () => {
      const { site } = monitored.cluster;
      const state = await site.must("stack", "export", "--stack", site.stack);
      assert.ok(!state.stdout.includes("/heartbeat/secret"));
    });

    void test("knows an application from its deployment on, without an up of the cluster", async () => {
      const { "workers-0": through } = await monitored.cluster.addresses("workers");
      await monitored.cluster.define((yml) => {
        Object.assign(yml.platform?.monitoring as object, { probes: { through } });
        // Nobody uses it: it is there to be measured.
        const storage = { volume: { node: "workers-0", sizeGiB: 5 } };
        yml.platform = { ...yml.platform, registry: { address: through, storage } };
      });
      await monitored.cluster.site.up();
      const application = await applicationOn(monitored.cluster, lab);
      await application.up();
      assert.deepEqual(await application.changes(), []);
      await becomes('up{job="applications", owner="team-hello"} == 1', true, 3 * minute);
      await becomes('probe_success{job="probes", owner="team-hello"} == 1', true, 3 * minute);
      await becomes("slipway_slo_availability_percent == 99", true, 2 * minute);
      // The probes are requests as any others.
      await becomes("slipway:request_errors:ratio_rate5m == 0", true, 5 * minute);
    });

    void test("reads every target", async () => {
      await becomes("up == 0", false, 3 * minute);
      const counts = await query("count by (job) (up)");
      assert.deepEqual(
        Object.fromEntries(counts.map(({ metric, value }) => [metric.job ?? "", Number(value[1])])),
        monitored.targets,
      );
    });

    void test("has every rule evaluated, and no alert without a reason", async () => {
      await becomes("prometheus_rule_evaluation_failures_total > 0", false, minute);
      await becomes('ALERTS{alertstate="firing", alertname!="Watchdog"}', false, 2 * minute);
    });

    void test("slipway status shows it as it is: all is well, with figures", async () => {
      const { cluster, targets } = monitored;
      await expectHealthyStatus(cluster.site, {
        nodes: targets.node ?? 0,
        application: `hello-${cluster.name}`,
      });
    });

    void test("answers every query of Grafana's dashboards, with figures where there are some", async () => {
      const all = dashboards({ orchestrator, requests: true, registry: true });
      const [node] = Object.keys(await monitored.cluster.addresses("workers"));
      const [owned] = await query('slipway_service_owner_info{owner="team-hello"}');
      const values = {
        node: `${monitored.cluster.name}-${node ?? ""}-g1`,
        application: owned?.metric.application ?? "",
      };
      // Rates and rules need some figures to begin with.
      await becomes("slipway:release:start_timestamp_seconds", true, 2 * minute);
      await becomes('rate(node_cpu_seconds_total{job="node"}[5m]) > 0', true, 3 * minute);
      const wrong: string[] = [];
      for (const { place, expr, mayBeEmpty } of panelQueries(all, values)) {
        try {
          const { length } = await query(expr);
          if (length === 0 && mayBeEmpty === undefined) wrong.push(`${place}: no data: ${expr}`);
        } catch (error) {
          wrong.push(`${place}: ${String(error)}: ${expr}`);
        }
      }
      assert.deepEqual(wrong, []);
    });

    void test("previews Grafana, and has nothing of it while it is not enabled", async () => {
      const { cluster } = monitored;
      const { site } = cluster;
      const enable = (enabled: boolean) =>
        cluster.define((yml) => {
          Object.assign(yml.platform?.monitoring as object, {
            grafana: { host: grafanaHost, enabled },
          });
        });
      await enable(true);
      try {
        const missing = await site.tryUp();
        assert.notEqual(missing.code, 0);
        assert.match(
          missing.output,
          /cluster\.yml:\d+:\d+ platform\.monitoring\.grafana: needs the password/,
        );
        const set = ["config", "set", "--secret", "--stack", site.stack];
        await site.must(...set, "slipway:grafanaPassword", "a-long-word-of-the-lab");
        const changes = await site.changes();
        const created = changes.filter((change) => change.startsWith("create "));
        assert.ok(created.length >= 10, created.join("\n"));
        assert.deepEqual(
          changes.filter((change) => !created.includes(change)),
          monitored.changedByGrafana,
        );
      } finally {
        await enable(false);
      }
      await cluster.expectSettled();
    });

    void test("calls the dead man's switch without end, and tells it nothing else", async () => {
      const since = Date.now();
      const calls = () => sink.of("Watchdog", "firing", since);
      assert.ok(await waitUntil(() => calls().length >= 3, 2 * minute, 1000));
      assert.ok(calls().every(({ path }) => path === "/heartbeat/secret"));
      const others = sink.received.filter(({ path }) => path.startsWith("/heartbeat"));
      assert.ok(others.every(({ labels }) => labels.alertname === "Watchdog"));
    });

    void test("a machine that is cut off is told within three minutes, and over when it is back", async () => {
      const node = `${monitored.cluster.name}-workers-1-g1`;
      const since = Date.now();
      await lab.control.unplugMachine(node);
      try {
        const told = await sink.expect("NodeDown", "firing", {
          since,
          withinMs: 3 * minute,
          labels: { node },
        });
        assert.equal(told.path, "/urgent");
        assert.match(told.annotations.runbook_url ?? "", /NodeDown\.md$/);
        await expectLostNode(monitored.cluster.site, node);
      } finally {
        await lab.control.plugMachine(node);
      }
      await sink.expect("NodeDown", "resolved", { since, withinMs: 6 * minute, labels: { node } });
      // That it gave no metrics followed from it.
      const others = sink.of("TargetDown", "firing", since, { node });
      assert.deepEqual(others, []);
    });

    // They have nothing to do with each other, and most of their time is waiting.
    void describe("what goes wrong at one time", { concurrency: true }, () => {
      void test("a disk that is full is told within four minutes, and over when there is room", async () => {
        const { "workers-0": address = "" } = await monitored.cluster.addresses("workers");
        const { site } = monitored.cluster;
        const since = Date.now();
        await site.onMachine(
          address,
          "sudo mkdir -p /srv/full && sudo mount -t tmpfs -o size=16m full /srv/full && sudo dd if=/dev/zero of=/srv/full/file bs=1M count=16 status=none || true",
        );
        const labels = { mountpoint: "/srv/full" };
        try {
          const told = await sink.expect("DiskAlmostFull", "firing", {
            since,
            withinMs: 4 * minute,
            labels,
          });
          assert.equal(told.path, "/urgent");
        } finally {
          await site.onMachine(address, "sudo rm -f /srv/full/file");
        }
        await sink.expect("DiskAlmostFull", "resolved", { since, withinMs: 3 * minute, labels });
        await site.onMachine(address, "sudo umount /srv/full");
      });

      void test("a crash loop is told within five minutes, and over when it is mended", async () => {
        const since = Date.now();
        await monitored.crash();
        await sink.expect("CrashLoop", "firing", { since, withinMs: 5 * minute });
        await monitored.mend();
        await sink.expect("CrashLoop", "resolved", { since, withinMs: 9 * minute });
      });

      void test("a certificate near its end is told within five minutes, and over when it is renewed", async () => {
        const since = Date.now();
        const labels = { instance: `https://${host}/` };
        await certificate(10);
        await monitored.cluster.site.up();
        const told = await sink.expect("CertificateExpiring", "firing", {
          since,
          withinMs: 5 * minute,
          labels,
        });
        assert.equal(told.path, "/team");
        const mailed = () =>
          mails.received.find(
            ({ at, text }) => at >= since && text.includes("CertificateExpiring"),
          );
        assert.ok(await waitUntil(() => mailed() !== undefined, minute, 1000), "no mail of it");
        assert.deepEqual(mailed()?.to, ["team@lab.test"]);
        assert.equal(mailed()?.from, "alerts@lab.test");
        assert.equal(sink.of("CertificateExpiringNow", "firing", since).length, 0);
        await certificate(90);
        await monitored.cluster.site.up();
        await sink.expect("CertificateExpiring", "resolved", {
          since,
          withinMs: 5 * minute,
          labels,
        });
      });
    });

    void test("keeps its metrics where it is updated", async () => {
      const start = 'process_start_time_seconds{job="prometheus"}';
      await becomes(start, true, 2 * minute);
      const before = Date.now() / 1000;
      await monitored.cluster.define((yml) => {
        Object.assign(yml.platform?.monitoring as object, {
          retention: { time: "3d", size: "1GiB" },
        });
      });
      await monitored.cluster.site.up();
      await becomes(`${start} > ${before}`, true, 3 * minute);
      assert.ok((await query(`${start} @ ${before}`)).length > 0, "what was before is gone");
    });
  });
}
