import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { planDifferences } from "../../../cli/deploy/compare";
import type { Plan } from "../../../components/application/plan";
import type { ComposeService } from "../../../components/spec";

const image = "registry.test/shop:1.0.0";
const base64 = (text: string) => Buffer.from(text).toString("base64");

function plan(environment: string, changes: Partial<Plan> = {}, replicas = 1): Plan {
  const web: ComposeService = {
    image,
    command: null,
    entrypoint: null,
    deploy: { replicas, resources: {}, placement: {} },
  };
  const name = `shop-${environment}`;
  return {
    applicationVersion: "1.0.0",
    environmentVersion: "1.0.0",
    environmentHash: "h",
    project: {
      name,
      services: { web },
      networks: { back: { name: `${name}_back`, ipam: {} } },
      "x-slipway": { version: "1.0.0" },
    },
    images: { [image]: { image: `${image}@sha256:a`, platforms: [] } },
    versioned: [image],
    configs: {},
    secrets: {},
    ...changes,
  };
}

describe("two environments", () => {
  test("run the same where only their own names differ", () => {
    assert.deepEqual(planDifferences(plan("dev"), plan("prod")), []);
  });

  test("differ on the application's axis by version and digest", () => {
    const images = { [image]: { image: `${image}@sha256:b`, platforms: [] } };
    const other = plan("prod", { applicationVersion: "1.0.1", images });
    assert.deepEqual(planDifferences(plan("dev"), other), [
      { axis: "application", path: "version", one: "1.0.0", other: "1.0.1" },
      { axis: "application", path: "web.image", one: "sha256:a", other: "sha256:b" },
    ]);
  });

  test("differ on the environment's axis by version and by what it says", () => {
    const other = plan("prod", { environmentVersion: "1.1.0" }, 3);
    assert.deepEqual(planDifferences(plan("dev"), other), [
      { axis: "environment", path: "version", one: "1.0.0", other: "1.1.0" },
      { axis: "environment", path: "services.web.deploy.replicas", one: 1, other: 3 },
    ]);
  });

  test("show what configs say, and of secrets only that they differ", () => {
    const one = plan("dev", { configs: { c: base64("a") }, secrets: { s: base64("x") } });
    const other = plan("prod", {
      configs: { c: base64("b") },
      secrets: { s: base64("y"), t: base64("z") },
    });
    assert.deepEqual(planDifferences(one, other), [
      { axis: "environment", path: "configs.c", one: "a", other: "b" },
      { axis: "environment", path: "secrets.s", one: "[secret]", other: "[secret]" },
      { axis: "environment", path: "secrets.t", other: "[secret]" },
    ]);
  });
});
