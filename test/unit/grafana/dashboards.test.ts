import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { dashboards } from "../../../components/grafana/dashboards";
import { lineQueries, panelQueries } from "../../../components/grafana/dashboards/queries";
import { dashboardFiles } from "../../../components/grafana/provisioning";
import { expressionMistake } from "../../../components/spec/cluster/promql";
import { monitoringTools } from "../../../lab/images/monitoring";
import { assertGolden } from "../spec/golden";
import { metricsOf } from "./metrics";
import { partsOf } from "./promql";
import { anHourOf } from "./series";
import { everything, orchestrators } from "./settings";

const golden = path.join(__dirname, "../../fixtures/grafana");
const values = { node: "workers-0", application: "shop" };

void describe("dashboards", () => {
  for (const orchestrator of orchestrators) {
    const all = dashboards(everything(orchestrator));
    const queries = panelQueries(all, values);

    void test(`${orchestrator}: every panel says what it shows, and in which unit`, () => {
      for (const { title, rows } of all)
        for (const { panels } of rows)
          for (const panel of panels) {
            const place = `${title} › ${panel.title}`;
            assert.ok(panel.title.length > 2, place);
            assert.match(panel.description, /^[A-Z1].{15,}\.$/, place);
            assert.ok(panel.unit.length > 0, place);
            assert.ok(panel.queries.length > 0, place);
            const legends = new Set(panel.queries.map(({ legend }) => legend));
            assert.equal(legends.size, panel.queries.length, `${place}: two series of one name`);
          }
    });

    void test(`${orchestrator}: no title comes twice in a row`, () => {
      for (const { title, rows } of all)
        for (const { title: row, panels } of rows) {
          const titles = panels.map((panel) => panel.title);
          assert.deepEqual([...new Set(titles)], titles, `${title} › ${row}`);
        }
    });

    void test(`${orchestrator}: queries are PromQL, about what Prometheus has`, () => {
      const { labels, jobs } = metricsOf(orchestrator);
      for (const { place, expr } of queries) {
        assert.equal(expressionMistake(expr), undefined, `${place}: ${expr}`);
        const { selectors, groupings } = partsOf(expr);
        const known = new Set<string>();
        for (const { metric, matchers } of selectors) {
          const has = labels.get(metric);
          assert.ok(has, `${place}: nothing brings ${metric}`);
          for (const label of has) known.add(label);
          for (const [label, operator, value] of matchers) {
            assert.ok(has.includes(label), `${place}: ${metric} has no label ${label}`);
            if (label === "job" && operator === "=")
              assert.ok(jobs.has(value), `${place}: there is no job ${value}`);
          }
        }
        for (const label of groupings)
          assert.ok(known.has(label), `${place}: nothing in ${expr} has the label ${label}`);
      }
    });

    void test(`${orchestrator}: Prometheus answers every query, where everything happens`, async () => {
      const { promtool } = await monitoringTools((line) => process.stderr.write(`${line}\n`));
      const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-dashboards-"));
      try {
        const file = path.join(folder, "queries.yml");
        const tests = [
          {
            interval: "1m",
            input_series: anHourOf(metricsOf(orchestrator)),
            promql_expr_test: queries.map(({ expr }) => ({
              expr: `clamp_max(count(${expr}), 1)`,
              eval_time: "60m",
              exp_samples: [{ labels: "{}", value: 1 }],
            })),
          },
        ];
        writeFileSync(file, stringify({ rule_files: [], evaluation_interval: "1m", tests }));
        await promisify(execFile)(promtool, ["test", "rules", file]).catch((error: unknown) => {
          const { stdout, stderr } = error as { stdout: string; stderr: string };
          assert.fail(`${stdout}${stderr}`);
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }

  void test("are in Grafana's own form, and differ between orchestrators where nodes and volumes do", () => {
    const pretty = (text: string) => `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
    const swarm = dashboardFiles(everything("swarm"));
    for (const [name, text] of Object.entries(swarm))
      assertGolden(path.join(golden, name), pretty(text));
    const differing = ["slipway-node.json", "slipway-logging.json"];
    for (const [name, text] of Object.entries(dashboardFiles(everything("kubernetes"))))
      if (differing.includes(name))
        assertGolden(path.join(golden, `kubernetes.${name}`), pretty(text));
      else assert.equal(text, swarm[name], name);
  });

  void test("addresses never change: bookmarks have them", () => {
    assert.deepEqual(
      dashboards(everything("swarm")).map(({ uid }) => uid),
      [
        "slipway-cluster",
        "slipway-node",
        "slipway-application",
        "slipway-registry",
        "slipway-logging",
      ],
    );
  });

  void test("what a cluster does not have is not plotted", () => {
    const settings = { orchestrator: "swarm", requests: false, registry: false } as const;
    const text = JSON.stringify(dashboards(settings));
    assert.doesNotMatch(text, /traefik_|registry_http|otelcol_|haproxy_/);
    assert.match(
      JSON.stringify(dashboards(everything("swarm"))),
      /traefik_.*registry_http.*otelcol_.*haproxy_/,
    );
    const elsewhere = JSON.stringify(
      dashboards({ ...settings, logging: { store: false, gateway: false } }),
    );
    assert.match(elsewhere, /otelcol_/);
    assert.doesNotMatch(elsewhere, /haproxy_|log-store/);
  });

  void test("a release is shown on every dashboard, at its time", () => {
    for (const { title, annotations } of dashboards(everything("swarm"))) {
      const release = annotations.find(({ name }) => name === "Releases");
      assert.ok(release?.atValue === true && release.shown, title);
    }
  });
});

void describe("lines on dashboards", () => {
  const ofCluster = (store: boolean) =>
    dashboards({ ...everything("swarm"), logging: { store, gateway: true } });

  void test("are there where the cluster has a store of its own", () => {
    const places = lineQueries(ofCluster(true), values).map(({ place }) => place.split(" › ")[0]);
    assert.deepEqual([...new Set(places)], ["Application", "Logging"]);
    assert.deepEqual(lineQueries(ofCluster(false), values), []);
    assert.ok(ofCluster(false).every(({ filters = [] }) => filters.length === 0));
  });

  void test("can be narrowed down by every level and source, and are those of one application", () => {
    const found = lineQueries(ofCluster(true), values).map(({ lucene }) => lucene);
    for (const one of [
      "* AND * AND *",
      "source:container AND level:(error OR fatal) AND *",
      'application:"shop" AND level:(warn OR error OR fatal)',
    ])
      assert.ok(found.includes(one), found.join("\n"));
    for (const lucene of found) assert.doesNotMatch(lucene, /\$/);
  });

  void test("of an application lead to where they can be searched", () => {
    const text = dashboardFiles(everything("swarm"))["slipway-application.json"] ?? "";
    const { panels } = JSON.parse(text) as {
      panels: readonly { links?: readonly { url: string }[] }[];
    };
    assert.deepEqual(
      panels.flatMap(({ links = [] }) => links.map(({ url }) => url)),
      ['/d/slipway-logging?${__url_time_range}&var-search=application:"$application"'],
    );
  });
});

void describe("queries of dashboards", () => {
  const [cluster] = dashboards(everything("swarm"));
  assert.ok(cluster);

  void test("have values in the place of variables", () => {
    const found = panelQueries(dashboards(everything("swarm")), values);
    assert.ok(found.length > 60, String(found.length));
    for (const { expr } of found) assert.doesNotMatch(expr, /\$/);
    assert.ok(found.some(({ expr }) => expr.includes('node="workers-0"')));
  });

  void test("of what varies can't be asked without a value", () => {
    assert.doesNotThrow(() => panelQueries([cluster], {}));
    assert.throws(() => panelQueries(dashboards(everything("swarm")), {}), /no value for \$node/);
  });
});
