import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { catalogue } from "../../../components/platform/catalogue";
import { parseCluster } from "../../../components/spec";
import { kubernetesYml, swarmYml } from "../registry/support";

const names = (yml: string, monitoring: string) =>
  catalogue(
    parseCluster(path.join(__dirname, "c.yml"), `${yml}platform: { monitoring: ${monitoring} }\n`)
      .spec,
  )
    .images.filter(({ parts }) => parts.includes("monitoring"))
    .map(({ source }) => source);

const own = "{ storage: { node: second, sizeGiB: 5 } }";
const external = "{ external: { url: https://prometheus.test } }";

describe("what a site must mirror for monitoring", () => {
  test("on a Swarm", () => {
    assert.deepEqual(names(swarmYml, own), [
      "gcr.io/cadvisor/cadvisor:v0.53.0",
      "haproxy:2.6.12",
      "prom/alertmanager:v0.25.0",
      "prom/blackbox-exporter:v0.23.0",
      "prom/node-exporter:v1.5.0",
      "prom/prometheus:v3.15.0",
      "prometheuscommunity/json-exporter:v0.7.0",
    ]);
  });

  test("on Kubernetes neither cAdvisor nor the filter, and no Alertmanager for a Prometheus of the site", () => {
    const found = names(kubernetesYml, external);
    assert.deepEqual(found, [
      "prom/blackbox-exporter:v0.23.0",
      "prom/node-exporter:v1.5.0",
      "prom/prometheus:v3.15.0",
      "prometheuscommunity/json-exporter:v0.7.0",
    ]);
  });

  test("what the file gives a name of its own is the site's", () => {
    const images = "images: { prometheus: my/prometheus:1, apiFilter: my/haproxy:1 }";
    const found = names(swarmYml, `{ storage: { node: second, sizeGiB: 5 }, ${images} }`);
    assert.ok(!found.some((name) => /prom\/prometheus|haproxy/.test(name)), found.join());
  });
});
