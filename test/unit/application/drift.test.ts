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

  test("is not another name of the same image, as Docker's clients write it into what they update", () => {
    const named = (Image: string): ServiceSpec => ({
      ...live,
      TaskTemplate: { ContainerSpec: { Image } },
    });
    const same = [
      ["docker.io/library/hello:1", "hello:1"],
      ["index.docker.io/acme/hello:1", "acme/hello:1"],
      ["docker.io/acme/hello:1@sha256:aa", "acme/hello:1@sha256:aa"],
      ["registry.test:5000/hello", "registry.test:5000/hello:latest"],
    ] as const;
    for (const [before, after] of same) {
      assert.deepEqual(driftOf(recordedSpec(named(before)), named(after)), [], before);
      assert.deepEqual(driftOf(recordedSpec(named(after)), named(before)), [], before);
    }
    assert.equal(driftOf(recordedSpec(named("hello:1")), named("acme/hello:1")).length, 1);
  });

  test("is put back unless a run accepts it", () => {
    assert.equal(driftMode({}), "restore");
    assert.equal(driftMode({ SLIPWAY_DRIFT: "restore" }), "restore");
    assert.equal(driftMode({ SLIPWAY_DRIFT: "accept" }), "accept");
  });
});

describe("a job that swarm-cronjob starts at its times", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const made: ServiceSpec = {
    Name: "shop_job-nightly",
    Labels: { "swarm.cronjob.enable": "true", "swarm.cronjob.schedule": "0 3 * * *" },
    TaskTemplate: {
      ContainerSpec: {
        Image: `docker.io/acme/shop:1@${digest}`,
        Args: ["clean"],
        Isolation: "default",
      },
      RestartPolicy: { Condition: "none", MaxAttempts: 0 },
      ForceUpdate: 0,
      Runtime: "container",
    },
    Mode: { Replicated: { Replicas: 0 } },
  };
  /** As swarm-cronjob 1.14.0 was seen to write the service back when it starts a task. */
  const started: ServiceSpec = {
    ...made,
    TaskTemplate: {
      ...made.TaskTemplate,
      ContainerSpec: { ...made.TaskTemplate?.ContainerSpec, Image: `acme/shop:1@${digest}` },
      ForceUpdate: 43,
    },
    Mode: { Replicated: { Replicas: 1 } },
  };
  const recorded = recordedSpec(made);

  test("has not changed when it was started", () => {
    assert.deepEqual(driftOf(recorded, started), []);
    assert.deepEqual(driftOf(recordedSpec(started), made), []);
  });

  test("has changed where somebody gave it other words, other times, or took it from swarm-cronjob", () => {
    const args = withDrift(started, [
      { path: ["TaskTemplate", "ContainerSpec", "Args"], after: ["keep"] },
    ]);
    assert.match(describeDrift(driftOf(recorded, args)), /^TaskTemplate\.ContainerSpec\.Args: /);
    const times = { ...started, Labels: { ...started.Labels, "swarm.cronjob.schedule": "@daily" } };
    assert.match(describeDrift(driftOf(recorded, times)), /^Labels\.swarm\.cronjob\.schedule: /);
    const taken = { ...started, Labels: {} };
    assert.match(describeDrift(driftOf(recorded, taken)), /Mode\.Replicated\.Replicas: 0 → 1$/);
  });

  test("is written so that no task runs before the next time, and none again that has run", () => {
    const { Name: name, ...spec } = made;
    const written = wantedSpec({ name, spec }, "o/s", started);
    assert.deepEqual(written.Mode, { Replicated: { Replicas: 0 } });
    assert.equal(written.TaskTemplate?.ForceUpdate, 43);
  });
});
