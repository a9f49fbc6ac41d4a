/** What the status asks of Prometheus and Alertmanager, asked of a real Prometheus, by the tools that stand beside them in their containers. */
import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { firingAlerts } from "../../../cli/monitoring/alertmanager";
import type { InContainer } from "../../../cli/monitoring/containers";
import { Prometheus, type Queries } from "../../../cli/monitoring/prometheus";
import { measures } from "../../../cli/status/gather/measures";
import { monitoringTools, type MonitoringTools } from "../../../lab/images/monitoring";
import { waitUntil } from "../../../lab/host/process";

const run = promisify(execFile);

let tools: MonitoringTools;
const work = mkdtempSync(path.join(os.tmpdir(), "slipway-status-monitoring-"));
before(async () => {
  tools = await monitoringTools((line) => process.stderr.write(`${line}\n`));
});
after(() => {
  rmSync(work, { recursive: true, force: true });
});

/** Here in the place of a container. */
const here: InContainer = async (_, [program = "", ...words]) => {
  const { stdout } = await run(program, words);
  return stdout;
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const minute = 60;
/** The end of the metrics: a full two hours, so that they are one block. */
const end = Math.floor(Date.now() / 7_200_000) * 7200 - minute;

/** Two hours of what the jobs of a cluster tell, with two nodes: one of them half busy, with a disk almost full. */
function history(): string {
  const lines: string[] = [];
  const series = (name: string, labels: string, value: (minutes: number) => number) => {
    for (let minutes = 0; minutes <= 120; minutes++) {
      const at = end - (120 - minutes) * minute;
      lines.push(`${name}{${labels}} ${value(minutes)} ${at}`);
    }
  };
  const metric = (name: string, type: "counter" | "gauge") => lines.push(`# TYPE ${name} ${type}`);
  const node = (name: string) => `job="node",instance="${name}",node="${name}"`;
  const disk = (name: string, mountpoint: string) =>
    `${node(name)},device="/dev/sda1",fstype="ext4",mountpoint="${mountpoint}"`;
  metric("node_cpu_seconds", "counter");
  for (const cpu of [0, 1])
    series(
      "node_cpu_seconds_total",
      `${node("a")},cpu="${cpu}",mode="idle"`,
      (minutes) => minutes * 30,
    );
  series("node_cpu_seconds_total", `${node("b")},cpu="0",mode="idle"`, (minutes) => minutes * 60);
  metric("node_memory_MemAvailable_bytes", "gauge");
  series("node_memory_MemAvailable_bytes", node("a"), () => 2e9);
  series("node_memory_MemAvailable_bytes", node("b"), () => 6e9);
  metric("node_memory_MemTotal_bytes", "gauge");
  for (const name of ["a", "b"]) series("node_memory_MemTotal_bytes", node(name), () => 8e9);
  const disks = [
    ["a", "/", 50],
    ["a", "/var/lib/docker", 4],
    ["a", "/boot", 1],
    ["b", "/", 75],
  ] as const;
  metric("node_filesystem_avail_bytes", "gauge");
  for (const [name, mountpoint, free] of disks)
    series("node_filesystem_avail_bytes", disk(name, mountpoint), () => free);
  metric("node_filesystem_size_bytes", "gauge");
  for (const [name, mountpoint] of disks)
    series("node_filesystem_size_bytes", disk(name, mountpoint), () => 100);
  metric("node_filesystem_readonly", "gauge");
  for (const [name, mountpoint] of disks)
    series("node_filesystem_readonly", disk(name, mountpoint), () =>
      mountpoint === "/boot" ? 1 : 0,
    );
  const ofRoute = 'job="ingress",instance="a",route="shop"';
  metric("traefik_service_requests", "counter");
  series("traefik_service_requests_total", `${ofRoute},code="200"`, (minutes) => minutes * 540);
  series("traefik_service_requests_total", `${ofRoute},code="503"`, (minutes) => minutes * 60);
  metric("traefik_service_request_duration_seconds_bucket", "counter");
  for (const [le, share] of [
    ["0.1", 0.5],
    ["0.3", 1],
    ["+Inf", 1],
  ] as const)
    series(
      "traefik_service_request_duration_seconds_bucket_total",
      `${ofRoute},code="200",le="${le}"`,
      (minutes) => minutes * 600 * share,
    );
  metric("probe_ssl_earliest_cert_expiry", "gauge");
  series(
    "probe_ssl_earliest_cert_expiry",
    'job="probes",instance="https://shop.test/"',
    () => end + 864_000,
  );
  lines.push("# EOF", "");
  // OpenMetrics wants counters to end so; a classic histogram's do not.
  return lines.join("\n").replaceAll("_bucket_total", "_bucket");
}

void describe("a real Prometheus", { timeout: 120_000 }, () => {
  let server: ChildProcess;
  let url = "";
  const measuresAt = (seconds: number) =>
    measures(new PrometheusAt(url, seconds), new Date(seconds * 1000));

  before(async () => {
    writeFileSync(path.join(work, "history.txt"), history());
    const data = path.join(work, "data");
    await run(tools.promtool, [
      "tsdb",
      "create-blocks-from",
      "openmetrics",
      path.join(work, "history.txt"),
      data,
    ]);
    writeFileSync(path.join(work, "prometheus.yml"), "{}\n");
    const port = await freePort();
    server = spawn(
      tools.prometheus,
      [
        `--config.file=${path.join(work, "prometheus.yml")}`,
        `--storage.tsdb.path=${data}`,
        "--storage.tsdb.retention.time=30d",
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: "ignore" },
    );
    url = `http://127.0.0.1:${port}`;
    const isReady = () =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    assert.ok(await waitUntil(isReady, 60_000, 100), "Prometheus does not start");
  });

  after(async () => {
    server.kill();
    await once(server, "exit");
  });

  void test("says what the nodes use, each with the fullest of its disks that are written to", async () => {
    const { nodes } = await measuresAt(end);
    assert.deepEqual(rounded(nodes), {
      a: { cpu: 0.5, memory: 0.75, disk: { used: 0.96, mountpoint: "/var/lib/docker" } },
      b: { cpu: 0, memory: 0.25, disk: { used: 0.25, mountpoint: "/" } },
    });
  });

  void test("gives the plots of six hours, empty where it was not there yet", async () => {
    const { plots } = await measuresAt(end);
    const now = Object.fromEntries(plots.map(({ name, values }) => [name, values.at(-1)]));
    assert.deepEqual(rounded(now), {
      cpu: 0.333,
      memory: 0.5,
      requests: 10,
      errors: 0.1,
      latency: 0.296,
    });
    for (const { name, values } of plots) {
      assert.equal(values.length, 73, name);
      assert.ok(
        values.slice(0, 40).every((value) => value === null),
        name,
      );
      assert.ok(
        values.slice(-20).every((value) => value !== null),
        name,
      );
    }
  });

  void test("says how long the certificates last that probes see", async () => {
    const { certificates } = await measuresAt(end);
    assert.deepEqual(certificates, [
      {
        name: "the certificate of https://shop.test/",
        expires: new Date((end + 864_000) * 1000).toISOString(),
      },
    ]);
  });

  void test("that knows of nothing yet leaves all of it open", async () => {
    const found = await measuresAt(end - 30 * 86_400);
    assert.deepEqual(found.nodes, {});
    assert.deepEqual(found.certificates, []);
    assert.ok(found.plots.every(({ values }) => values.length === 0));
  });

  void test("that does not take an expression says why", async () => {
    await assert.rejects(
      new Prometheus(here, url, tools.promtool).instant({ wrong: "sum(" }),
      /unexpected end of input|parse error/,
    );
  });
});

/** As if it were another time: the metrics of the test have an end, and now is after it. */
class PrometheusAt extends Prometheus {
  constructor(
    url: string,
    private readonly seconds: number,
  ) {
    super(here, url, tools.promtool);
  }

  override instant<Q extends Queries>(queries: Q) {
    const then = Object.entries(queries).map(([name, query]) => [name, this.atTime(query)]);
    return super.instant(Object.fromEntries(then) as Q);
  }

  /** Every selector of an expression, at that time. */
  private atTime(query: string): string {
    return query.replaceAll(/(\w+\{[^}]*\}|probe_\w+)(\[\w+\])?/g, `$1$2 @ ${this.seconds}`);
  }
}

function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, one: unknown) =>
      typeof one === "number" ? Math.round(one * 1000) / 1000 : one,
    ),
  ) as unknown;
}

void describe("amtool", () => {
  const paths: string[] = [];
  const alert = (name: string, silencedBy: readonly string[] = []) => ({
    annotations: { summary: "Node a is down", runbook_url: "https://runbooks.test/NodeDown.md" },
    endsAt: "2026-11-22T10:00:00.000Z",
    fingerprint: "0123456789abcdef",
    receivers: [{ name: "team" }],
    startsAt: "2026-11-22T10:00:00.000+01:00",
    status: { inhibitedBy: [], silencedBy, state: silencedBy.length > 0 ? "suppressed" : "active" },
    updatedAt: "2026-11-22T09:30:00.000Z",
    generatorURL: "http://prometheus/graph",
    labels: { alertname: name, severity: "critical", owner: "platform" },
  });
  let answer: unknown[] = [];
  const server = http.createServer((request, response) => {
    paths.push(request.url ?? "");
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  let url = "";
  before(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
  });

  void test("is asked for alerts that fire, silenced ones too, and none that follow from others", async () => {
    answer = [alert("NodeDown"), alert("Quiet", ["silence-1"])];
    const found = await firingAlerts(here, url, tools.amtool);
    assert.deepEqual(
      found.map(({ labels, startsAt, isSilenced, annotations }) => [
        labels.alertname,
        labels.owner,
        startsAt,
        isSilenced,
        annotations.runbook_url,
      ]),
      [
        [
          "NodeDown",
          "platform",
          "2026-11-22T09:00:00.000Z",
          false,
          "https://runbooks.test/NodeDown.md",
        ],
        [
          "Quiet",
          "platform",
          "2026-11-22T09:00:00.000Z",
          true,
          "https://runbooks.test/NodeDown.md",
        ],
      ],
    );
    const asked = paths.find((one) => one.startsWith("/api/v2/alerts?")) ?? "";
    const query = new URL(asked, url).searchParams;
    assert.deepEqual(
      ["active", "silenced", "inhibited", "unprocessed"].map((name) => query.get(name)),
      ["true", "true", "false", "false"],
    );
  });

  void test("that has none says so", async () => {
    answer = [];
    assert.deepEqual(await firingAlerts(here, url, tools.amtool), []);
  });
});
