import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { grafanaConfiguration, startScript } from "../../../components/grafana/config";
import { clusterSources } from "../../../components/grafana/lines";
import { providersFile } from "../../../components/grafana/provisioning";
import { assertGolden } from "../spec/golden";
import { everything, settings } from "./settings";

const golden = path.join(__dirname, "../../fixtures/grafana");
const host = "grafana.example.com";
const places = {
  prometheus: "http://prometheus:9090",
  alertmanager: "http://alertmanager:9093",
  store: "logging-opensearch",
};

/** Data sources of a cluster. */
function sourcesOf(cluster: Parameters<typeof clusterSources>[0]) {
  const { datasources } = parse(clusterSources(cluster, places)) as {
    datasources: readonly { uid: string; editable: boolean; isDefault?: boolean }[];
  };
  return datasources;
}

void describe("Grafana's configuration", () => {
  void test("is as it was", () => {
    assertGolden(path.join(golden, "grafana.ini"), grafanaConfiguration({ host, httpsPort: 443 }));
    assertGolden(path.join(golden, "start.sh"), startScript());
    assertGolden(path.join(golden, "sources.yml"), clusterSources(settings("swarm"), places));
    assertGolden(path.join(golden, "providers.yml"), providersFile());
  });

  void test("lets nobody in without an account, and nobody make one", () => {
    const text = grafanaConfiguration({ host, httpsPort: 443 });
    assert.match(text, /\[auth\.anonymous\]\nenabled = false\n/);
    assert.match(text, /^allow_sign_up = false$/m);
    assert.match(text, /^admin_password = \$__file\{\/run\/secrets\/admin\.password\}$/m);
  });

  void test("asks nobody outside of the cluster", () => {
    const text = grafanaConfiguration({ host, httpsPort: 443 });
    for (const setting of [
      "reporting_enabled = false",
      "check_for_updates = false",
      "check_for_plugin_updates = false",
      "preinstall_disabled = true",
      "plugin_admin_enabled = false",
      "news_feed_enabled = false",
      "disable_gravatar = true",
    ])
      assert.ok(text.split("\n").includes(setting), setting);
  });

  void test("knows the port that browsers come by", () => {
    const url = (httpsPort: number) =>
      /^root_url = (.*)$/m.exec(grafanaConfiguration({ host, httpsPort }))?.[1];
    assert.equal(url(443), "https://grafana.example.com/");
    assert.equal(url(8443), "https://grafana.example.com:8443/");
  });
});

void describe("data sources", () => {
  void test("have the names that dashboards know them by, and nobody changes them by hand", () => {
    const datasources = sourcesOf(settings("swarm"));
    assert.deepEqual(
      datasources.map(({ uid, editable, isDefault = false }) => ({ uid, editable, isDefault })),
      [
        { uid: "prometheus", editable: false, isDefault: true },
        { uid: "alertmanager", editable: false, isDefault: false },
        { uid: "logs", editable: false, isDefault: false },
      ],
    );
  });

  void test("a store of the site is none: its account would write", () => {
    for (const logging of [undefined, { store: false, gateway: true }]) {
      const dashboards = { ...everything("swarm"), logging };
      const found = sourcesOf({ clusterName: "lab", dashboards }).map(({ uid }) => uid);
      assert.deepEqual(found, ["prometheus", "alertmanager"]);
    }
  });

  void test("passwords are files that Grafana reads", () => {
    const text = clusterSources(settings("swarm"), places);
    assert.match(text, /basicAuthPassword: \$__file\{\/run\/secrets\/logs\.password\}/);
    assert.match(text, /tlsCACert: \$__file\{\/run\/secrets\/logs\.pem\}/);
    assert.doesNotMatch(text, /tlsSkipVerify/);
  });
});
