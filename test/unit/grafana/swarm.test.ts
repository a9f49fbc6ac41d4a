import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { Grafana } from "../../../components/grafana/swarm";
import { grafanaFiles, grafanaService } from "../../../components/grafana/swarm/plan";
import { routeSettings } from "../../../components/ingress/settings";
import { inventory, resource, runProgram } from "../components/support/program";
import { assertGolden } from "../spec/golden";
import { secrets, settings } from "./settings";

const golden = path.join(__dirname, "../../fixtures/grafana");
const routes = routeSettings({});
const made = settings("swarm");

function ids() {
  const { configs, password } = grafanaFiles(made, secrets);
  return {
    monitoring: "id of slipway_monitoring_parts",
    ingress: "id of slipway_ingress",
    logging: "id of slipway_logging",
    files: new Map(
      [
        ...configs,
        password,
        { key: "logs.password", name: "p" },
        { key: "logs.pem", name: "a" },
      ].map(({ key, name }) => [key, { id: `id of ${key}`, name }]),
    ),
  };
}

void describe("Grafana on a Swarm", () => {
  void test("service", () => {
    // Their names change with every change of a dashboard.
    const text = JSON.stringify(grafanaService(made, routes, ids()), null, 2);
    assertGolden(
      path.join(golden, "service.json"),
      `${text.replaceAll(/-[0-9a-f]{12}"/g, '-…"')}\n`,
    );
  });

  void test("has the password in a secret alone, whose name tells nothing of it", () => {
    const { configs, password } = grafanaFiles(made, secrets);
    const visible = configs.map(({ data }) => Buffer.from(data, "base64").toString()).join("\n");
    const service = JSON.stringify(grafanaService(made, routes, ids()));
    assert.ok(!`${visible}${service}`.includes(secrets.password));
    assert.equal(Buffer.from(password.data, "base64").toString(), secrets.password);
    const other = grafanaFiles(made, { ...secrets, salt: "another" }).password;
    assert.notEqual(other.name, password.name);
  });

  void test("names and sizes of its files fit the Swarm", () => {
    const { configs, password } = grafanaFiles(made, secrets);
    for (const { name, data } of [...configs, password]) {
      assert.ok(name.length <= 64, name);
      assert.ok(Buffer.from(data, "base64").length < 500 * 1024, name);
    }
  });

  void test("is on no network that applications are on but that of the ingress, and publishes no port", () => {
    const { spec } = grafanaService(made, routes, ids());
    const { Networks } = spec.TaskTemplate as { Networks: readonly { Target: string }[] };
    assert.deepEqual(
      Networks.map(({ Target }) => Target),
      ["id of slipway_monitoring_parts", "id of slipway_ingress", "id of slipway_logging"],
    );
    assert.deepEqual(spec.EndpointSpec, { Mode: "dnsrr" });
  });

  void test("an image of the site's takes the place of the pinned one", () => {
    const { spec } = grafanaService({ ...made, image: "my/grafana:1" }, routes, ids());
    const { ContainerSpec } = spec.TaskTemplate as { ContainerSpec: { Image: string } };
    assert.equal(ContainerSpec.Image, "my/grafana:1");
  });
});

void describe("the component", () => {
  const run = (ingressNetworkId?: string) =>
    runProgram(() => {
      new Grafana("lab-grafana", {
        ...made,
        secrets,
        routes: ingressNetworkId === undefined ? { ...routes, network: "edge" } : routes,
        monitoringNetworkId: "parts",
        ingressNetworkId,
        lines: {
          networkId: "logging",
          password: pulumi.secret("password of the reader"),
          authority: pulumi.output("AUTHORITY"),
        },
      });
      return Promise.resolve({});
    }, {});

  void test("has exactly these resources", async () => {
    const found = await run("ingress");
    assert.deepEqual(inventory(found), [
      "slipway:grafana:Grafana lab-grafana",
      "slipway:index:SwarmConfig lab-grafana-grafana.ini",
      "slipway:index:SwarmConfig lab-grafana-providers.yml",
      "slipway:index:SwarmConfig lab-grafana-slipway-application.json",
      "slipway:index:SwarmConfig lab-grafana-slipway-cluster.json",
      "slipway:index:SwarmConfig lab-grafana-slipway-logging.json",
      "slipway:index:SwarmConfig lab-grafana-slipway-node.json",
      "slipway:index:SwarmConfig lab-grafana-slipway-registry.json",
      "slipway:index:SwarmConfig lab-grafana-sources.yml",
      "slipway:index:SwarmConfig lab-grafana-start.sh",
      "slipway:index:SwarmSecret lab-grafana-admin.password",
      "slipway:index:SwarmSecret lab-grafana-logs.password",
      "slipway:index:SwarmSecret lab-grafana-logs.pem",
      "slipway:index:SwarmService lab-grafana-grafana",
    ]);
    for (const key of ["admin.password", "logs.password", "logs.pem"])
      assert.deepEqual(resource(found, "SwarmSecret", `lab-grafana-${key}`).secrets, ["data"]);
    const { name } = resource(found, "SwarmSecret", "lab-grafana-logs.password").inputs;
    assert.match(String(name), /^slipway_grafana_logs\.password-[0-9a-f]{12}$/);
  });

  void test("behind the site's own Traefik it joins the network that this is on, by its name", async () => {
    const { inputs } = resource(await run(), "SwarmService", "lab-grafana-grafana");
    const { TaskTemplate } = inputs.spec as { TaskTemplate: { Networks: readonly object[] } };
    assert.deepEqual(TaskTemplate.Networks, [
      { Target: "parts" },
      { Target: "edge" },
      { Target: "logging" },
    ]);
  });
});
