import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { routeLabels, routeNames } from "../../../components/ingress/routes";
import { routeSettings } from "../../../components/ingress/settings";
import {
  monitoringLabels,
  probeLabels,
  scrapePort,
} from "../../../components/monitoring/applicationLabels";
import { judgeMonitoring } from "../../../components/monitoring/objections";
import type { ComposeProject, IngressExtension } from "../../../components/spec";
import { kubernetesObjects } from "../../../components/application/kubernetes";
import { loadText } from "./support";
import { args } from "../application/kubernetes/support";

function rule(changes: Partial<IngressExtension> = {}): IngressExtension {
  return { host: "shop.test", path: "/", port: 8080, tls: true, ...changes };
}

describe("what a deployment tells monitoring", () => {
  test("owner, objectives and the routes that they are about", () => {
    const project = {
      "x-slipway": {
        owner: "team-shop",
        slo: { availability: 99.9, latency: { p99: "300ms", "p99.9": "1s", p42: "1s" } },
      },
    };
    assert.deepEqual(monitoringLabels(project, ["shop_web@swarm", "shop_web-1@swarm"]), {
      "slipway.owner": "team-shop",
      "slipway.slo.availability": "99.9",
      "slipway.slo.latency.p99": "0.3",
      "slipway.slo.latency.p99_9": "1",
      "slipway.slo.route.0": "shop_web@swarm",
      "slipway.slo.route.1": "shop_web-1@swarm",
    });
  });

  test("no objective without a route, and nothing where nothing is said", () => {
    const slo = { availability: 99 };
    assert.deepEqual(monitoringLabels({ "x-slipway": { slo } }, []), {});
    assert.deepEqual(monitoringLabels({}, []), {});
  });

  test("routes, with or without an objective", () => {
    assert.deepEqual(monitoringLabels({}, ["shop_web@swarm"]), {
      "slipway.slo.route.0": "shop_web@swarm",
    });
  });

  test("what is asked from outside: each host once, with its health path, and none with a wildcard", () => {
    assert.deepEqual(
      probeLabels([
        rule({ healthPath: "/readyz" }),
        rule({ host: "SHOP.test", healthPath: "/readyz" }),
        rule({ host: "plain.test", tls: false, path: "/a" }),
        rule({ host: "*.shop.test" }),
      ]),
      {
        "slipway.probe.0": "https://shop.test/readyz",
        "slipway.probe.1": "http://plain.test/a",
      },
    );
  });

  test("routes are named as Traefik counts their requests", () => {
    const labels = routeLabels(
      "shop_web",
      [rule(), rule({ path: "/b", port: 9000 })],
      routeSettings({}),
    );
    assert.deepEqual(routeNames(labels), ["shop_web@swarm", "shop_web-1@swarm"]);
  });

  test("a port is a number that a port can be", () => {
    for (const [text, port] of [
      ["8080", 8080],
      ["0", undefined],
      ["http", undefined],
      ["70000", undefined],
    ] as const)
      assert.equal(scrapePort({ "prometheus.io/port": text }), port);
  });
});

describe("what an application says is judged before it is deployed", () => {
  const judged = (
    project: Pick<ComposeProject, "services" | "x-slipway">,
    measuresRequests = true,
  ) =>
    [...judgeMonitoring(project, { measuresRequests })].map(
      ({ severity, path, message }) => `${severity} ${path.join(".")} ${message}`,
    );
  const web = { "x-slipway": { ingress: [rule()] } };

  test("metrics need a port", () => {
    const labels = { "prometheus.io/scrape": "true" };
    const [said] = judged({ services: { api: { deploy: { labels } } } as never });
    assert.match(
      said ?? "",
      /^error services\.api\.deploy\.labels has prometheus\.io\/scrape without a port/,
    );
  });

  test("an objective that nobody measures is warned of", () => {
    const slo = { "x-slipway": { slo: { availability: 99, latency: { p42: "1s" } } } };
    const none = judged({ services: {}, ...slo });
    assert.match(none[0] ?? "", /^warning x-slipway\.slo .*no service has x-slipway\.ingress/);
    assert.match(none[1] ?? "", /^warning x-slipway\.slo\.latency\.p42 is none of the percentiles/);
    const elsewhere = judged({ services: { web } as never, ...slo }, false);
    assert.match(elsewhere[0] ?? "", /Slipway's own ingress, which the cluster does not have/);
  });

  test("nothing stands against what can be measured", () => {
    const slo = { "x-slipway": { slo: { availability: 99, latency: { p99: "1s" } } } };
    assert.deepEqual(judged({ services: { web } as never, ...slo }), []);
  });
});

describe("on Kubernetes", () => {
  const yml = `
name: shop
x-slipway: { owner: team-shop, slo: { availability: 99.5 } }
services:
  web:
    image: shop:1
    deploy: { labels: { prometheus.io/scrape: "true", prometheus.io/port: "9100", prometheus.io/path: /m } }
    x-slipway: { ingress: [{ host: shop.test, port: 8080, healthPath: /readyz }] }
`;
  const monitoring = {
    namespace: "slipway-monitoring",
    podLabels: { "app.kubernetes.io/name": "prometheus" },
  };
  const made = (monitored: boolean) =>
    new Map(
      kubernetesObjects(args(loadText(yml), monitored ? { monitoring } : {})).map(
        ({ key, object }) => [key, object],
      ),
    );

  test("pods, workload and Ingress say it by annotations, and a policy lets Prometheus in", () => {
    const objects = made(true);
    const deployment = objects.get("Deployment/web") as unknown as {
      metadata: { annotations: object };
      spec: { template: { metadata: { annotations: Record<string, string> } } };
    };
    const pod = deployment.spec.template.metadata.annotations;
    assert.equal(pod["prometheus.io/scrape"], "true");
    assert.equal(pod["prometheus.io/path"], "/m");
    assert.equal(pod["slipway.owner"], "team-shop");
    assert.deepEqual(
      Object.entries(objects.get("Ingress/web-https")?.metadata.annotations ?? {}).filter(
        ([name]) => name.startsWith("slipway."),
      ),
      [
        ["slipway.owner", "team-shop"],
        ["slipway.slo.availability", "99.5"],
        ["slipway.slo.route.0", "shop-prod-web-8080@kubernetes"],
        ["slipway.probe.path", "/readyz"],
      ].map(([key, value]) => [
        key,
        value?.replace("shop-prod", objects.get("Ingress/web-https")?.metadata.namespace ?? ""),
      ]),
    );
    assert.ok(objects.has("NetworkPolicy/monitoring-web"));
    const redirect = objects.get("Ingress/web-redirect")?.metadata.annotations ?? {};
    assert.equal(redirect["slipway.probe.path"], undefined);
  });

  test("without monitoring nothing is written, and nobody is let in", () => {
    const text = JSON.stringify([...made(false).values()]);
    assert.doesNotMatch(text, /slipway\.(owner|slo|probe)/);
    assert.ok(!made(false).has("NetworkPolicy/monitoring-web"));
  });
});
