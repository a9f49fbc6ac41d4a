import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { fileValues, loadCompose, type ComposeProject } from "../../../components/spec";

const checkout = path.join(__dirname, "../../..");

function load(folder: string, environment: "dev" | "prod") {
  const files = ["stack.yml", `stack.${environment}.yml`].map((name) =>
    path.join(checkout, folder, name),
  );
  return loadCompose(files, {
    projectName: `shop-${environment}`,
    variables: { REGISTRY: "10.89.0.1:5000", VERSION: "1.0.0", STORE_NODE: "lab-workers-0-g1" },
  });
}

const first = "stacks/shop";
const next = "test/fixtures/shop/1.1.0";

describe("the application that rollouts are tried with", () => {
  for (const folder of [first, next])
    test(`${folder} loads without a warning, and its files have values`, () => {
      for (const environment of ["dev", "prod"] as const) {
        const { project, warnings } = load(folder, environment);
        assert.deepEqual(warnings, []);
        assert.deepEqual(fileValues(project, { SIGNING_KEY: "key" }).findings, []);
      }
    });

  test("differs between environments in replicas and host", () => {
    const summary = ({ services }: ComposeProject) =>
      Object.entries(services).map(([key, service]) => ({
        key,
        replicas: service.deploy?.replicas,
        routes: (service["x-slipway"]?.ingress ?? []).map(
          ({ host, tls }) => `${tls ? "https" : "http"}://${host}`,
        ),
      }));
    assert.deepEqual(summary(load(first, "dev").project), [
      { key: "web", replicas: 1, routes: ["http://shop.dev.test"] },
      { key: "api", replicas: 1, routes: [] },
      { key: "store", replicas: 1, routes: [] },
    ]);
    assert.deepEqual(summary(load(first, "prod").project), [
      { key: "web", replicas: 3, routes: ["https://shop.prod.test"] },
      { key: "api", replicas: 3, routes: [] },
      { key: "store", replicas: 1, routes: [] },
    ]);
  });

  test("environment 1.1.0 changes the settings and web's resources, and nothing of the store", () => {
    const before = load(first, "prod").project;
    const after = load(next, "prod").project;
    assert.equal(before["x-slipway"]?.version, "1.0.0");
    assert.equal(after["x-slipway"]?.version, "1.1.0");
    const content = (project: ComposeProject) =>
      JSON.parse(
        Buffer.from(fileValues(project, {}).configs.settings ?? "", "base64").toString(),
      ) as { version: string };
    assert.deepEqual([content(before).version, content(after).version], ["1.0.0", "1.1.0"]);
    assert.notDeepEqual(after.services.web?.deploy, before.services.web?.deploy);
    assert.deepEqual(after.services.web?.environment, before.services.web?.environment);
    assert.deepEqual(after.services.api, before.services.api);
    assert.deepEqual(after.services.store, before.services.store);
  });
});
