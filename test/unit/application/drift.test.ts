import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { driftMode } from "../../../provider/application/driftMode";
import {
  describeDrift,
  driftOf,
  recordedSpec,
  wantedSpec,
  withDrift,
  withoutDrift,
} from "../../../provider/application/serviceSpec";
import type { ServiceSpec } from "../../../provider/application/types";

const inputs = {
  name: "shop_web",
  spec: {
    Labels: { a: "1" },
    TaskTemplate: { ContainerSpec: { Image: "hello:1", Env: ["A=1"] } },
    Mode: { Replicated: { Replicas: 2 } },
  },
};
const wanted = wantedSpec(inputs, "slipway/shop-prod");
const live: ServiceSpec = { ...wanted, TaskTemplate: { ...wanted.TaskTemplate, ForceUpdate: 0 } };
const applied = recordedSpec(live);

describe("the specification that is written", () => {
  test("has the service's name and its owner beside its labels", () => {
    assert.equal(wanted.Name, "shop_web");
    assert.deepEqual(wanted.Labels, { a: "1", "slipway.stack": "slipway/shop-prod" });
  });

  test("keeps what somebody has counted up to restart the tasks", () => {
    const restarted = { ...live, TaskTemplate: { ...live.TaskTemplate, ForceUpdate: 3 } };
    assert.equal(wantedSpec(inputs, "o/s", restarted).TaskTemplate?.ForceUpdate, 3);
    assert.equal("ForceUpdate" in (wanted.TaskTemplate ?? {}), false);
  });
});

describe("what somebody else has changed", () => {
  test("is nothing where the service is as it was recorded", () => {
    assert.deepEqual(driftOf(applied, live), []);
  });

  test("is not a restart of the tasks by `docker service update --force`", () => {
    const forced = { ...live, TaskTemplate: { ...live.TaskTemplate, ForceUpdate: 7 } };
    assert.deepEqual(driftOf(applied, forced), []);
  });

  const scaled: ServiceSpec = {
    ...live,
    Mode: { Replicated: { Replicas: 5 } },
    Labels: { ...live.Labels, hand: "made" },
    TaskTemplate: { ContainerSpec: { Image: "hello:2" } },
  };
  const drift = driftOf(applied, scaled);

  test("is found where it is, and told in words", () => {
    assert.equal(
      describeDrift(drift),
      'Labels.hand: nothing → "made"; ' +
        'TaskTemplate.ContainerSpec.Image: "hello:1" → "hello:2"; ' +
        'TaskTemplate.ContainerSpec.Env: ["A=1"] → nothing; ' +
        "Mode.Replicated.Replicas: 2 → 5",
    );
  });

  test("can be laid over another specification, which keeps the rest of its own", () => {
    const next = { ...wanted, Labels: { ...wanted.Labels, a: "2" } };
    const laid = withDrift(next, drift);
    assert.deepEqual(laid.Labels, { a: "2", "slipway.stack": "slipway/shop-prod", hand: "made" });
    assert.deepEqual(laid.Mode, { Replicated: { Replicas: 5 } });
    assert.deepEqual(laid.TaskTemplate, { ContainerSpec: { Image: "hello:2" } });
  });

  test("can be taken out again, so that it is found once more", () => {
    const recorded = withoutDrift(recordedSpec(scaled), drift);
    assert.deepEqual(recorded, applied);
    assert.deepEqual(driftOf(recorded, scaled), drift);
  });

  test("is put back unless a run accepts it", () => {
    assert.equal(driftMode({}), "restore");
    assert.equal(driftMode({ SLIPWAY_DRIFT: "restore" }), "restore");
    assert.equal(driftMode({ SLIPWAY_DRIFT: "accept" }), "accept");
  });
});
