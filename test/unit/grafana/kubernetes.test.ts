import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import {
  grafanaObjects,
  linesSecret,
  namespaceOf,
} from "../../../components/grafana/kubernetes/plan";
import type { Objects } from "../../../components/kubernetes/objects";
import { kubernetesRoutes } from "../../../components/ingress/kubernetes/routes";
import { assertGolden } from "../spec/golden";
import { everything, secrets, settings } from "./settings";

const golden = path.join(__dirname, "../../fixtures/kubernetes-addons");
const routes = kubernetesRoutes({});

const objects = (changes: Partial<Parameters<typeof grafanaObjects>[0]> = {}): Objects => ({
  namespace: namespaceOf(),
  ...grafanaObjects(
    { ...settings("kubernetes"), routes, secrets, storageClass: "fast", ...changes },
    "logs-0123456789",
  ),
});

void describe("Grafana on Kubernetes", () => {
  void test("objects", () => {
    const { configuration, dashboards, ...others } = objects();
    assert.deepEqual(Object.keys(dashboards?.data as object), [
      "slipway-cluster.json",
      "slipway-node.json",
      "slipway-application.json",
      "slipway-registry.json",
      "slipway-logging.json",
    ]);
    const text = JSON.stringify({ configuration, ...others }, null, 2);
    // The name of the dashboards changes with every change of one.
    assertGolden(
      path.join(golden, "grafana.json"),
      `${text.replaceAll(dashboards?.metadata.name ?? "", "dashboards-0123456789")}\n`,
    );
  });

  void test("its dashboards fit into one ConfigMap", () => {
    assert.ok(JSON.stringify(objects().dashboards).length < 900 * 1024);
  });

  void test("has the password in a Secret alone", () => {
    const visible = Object.values(objects()).filter(({ kind }) => kind !== "Secret");
    assert.ok(!JSON.stringify(visible).includes(secrets.password));
  });

  void test("asks nobody but Prometheus, Alertmanager, the store of logs and DNS, and is asked by the ingress alone", () => {
    const { policy } = objects();
    const { ingress, egress } = policy?.spec as {
      ingress: readonly { from?: readonly { namespaceSelector: object }[] }[];
      egress: readonly { ports: readonly { port: number }[] }[];
    };
    assert.deepEqual(
      egress.map(({ ports }) => ports[0]?.port),
      [9090, 9093, 9200, 53],
    );
    const dashboards = { ...everything("kubernetes"), logging: undefined };
    const { dashboards: files, ...without } = objects({ dashboards });
    assert.ok(files);
    assert.doesNotMatch(JSON.stringify(without), /"port":9200|logging-opensearch|logs-0/);
    assert.equal(ingress[0]?.from?.length, 1);
    const external = { ingressClass: "nginx", annotations: {} };
    const open = objects({ routes: kubernetesRoutes({ external }) }).policy?.spec as {
      ingress: readonly { from?: object }[];
    };
    assert.equal(open.ingress[0]?.from, undefined);
  });

  void test("reads lines with a Secret that is named by its content, and tells nothing of it", () => {
    const lines = { password: "of the reader", authority: "AUTHORITY" };
    const secret = linesSecret(lines, "salt");
    assert.deepEqual(
      Object.entries(secret.data).map(([key, text]) => [
        key,
        Buffer.from(text, "base64").toString(),
      ]),
      [
        ["logs.password", "of the reader"],
        ["logs.pem", "AUTHORITY"],
      ],
    );
    assert.match(secret.metadata.name, /^logs-[0-9a-f]{10}$/);
    assert.notEqual(linesSecret(lines, "another").metadata.name, secret.metadata.name);
  });

  void test("what browsers ask for without TLS goes to where it is", () => {
    assert.ok(objects()["ingress-https"]);
    assert.ok(objects()["ingress-redirect"]);
  });
});
