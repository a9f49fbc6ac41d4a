import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Scheduler, type SchedulerArgs } from "../../../components/scheduler";
import { inventory, resource, runProgram } from "../components/support/program";

function made(args: Partial<SchedulerArgs> = {}) {
  return runProgram(() => {
    new Scheduler("lab-scheduler", {
      spec: { timeZone: "UTC" },
      encryptOverlays: false,
      ...args,
    });
    return Promise.resolve({});
  }, {});
}

/** The specification of one of its services. */
async function specOf(name: string, args?: Partial<SchedulerArgs>) {
  const { inputs } = resource(await made(args), "SwarmService", `lab-scheduler-${name}`);
  return inputs.spec as {
    Labels: Record<string, string>;
    Mode: object;
    UpdateConfig: { Order: string };
    TaskTemplate: {
      ContainerSpec: {
        Image: string;
        Env: string[];
        User: string;
        ReadOnly: boolean;
        CapabilityDrop: string[];
        Configs?: { ConfigID: string }[];
        Mounts?: object[];
      };
      Resources: { Limits: { MemoryBytes: number } };
      Placement: { Constraints: string[] };
      Networks: object[];
    };
    EndpointSpec: { Ports?: object[] };
  };
}

describe("the scheduler of a cluster", () => {
  test("has exactly these resources", async () => {
    assert.deepEqual(inventory(await made()), [
      "slipway:index:SwarmConfig lab-scheduler-haproxy.cfg",
      "slipway:index:SwarmNetwork lab-scheduler-api",
      "slipway:index:SwarmService lab-scheduler-api",
      "slipway:index:SwarmService lab-scheduler-swarm-cronjob",
      "slipway:scheduler:Scheduler lab-scheduler",
    ]);
  });

  test("is found by applications by its label, which the filter does not have", async () => {
    assert.equal((await specOf("swarm-cronjob")).Labels["slipway.platform"], "scheduler");
    assert.equal((await specOf("api")).Labels["slipway.platform"], undefined);
  });

  test("runs once, on a manager, and never twice during an update", async () => {
    const { Mode, UpdateConfig, TaskTemplate } = await specOf("swarm-cronjob");
    assert.deepEqual(Mode, { Replicated: { Replicas: 1 } });
    assert.equal(UpdateConfig.Order, "stop-first");
    assert.deepEqual(TaskTemplate.Placement.Constraints, ["node.role == manager"]);
  });

  test("has neither the engine's socket, nor root, nor a capability, nor a way out, and starts after the filter", async () => {
    const cronjob = resource(await made(), "SwarmService", "lab-scheduler-swarm-cronjob");
    assert.doesNotMatch(JSON.stringify(cronjob.inputs), /docker\.sock|2376/);
    assert.ok(cronjob.dependencies.some((urn) => urn.endsWith("SwarmService::lab-scheduler-api")));
    const { TaskTemplate, EndpointSpec } = await specOf("swarm-cronjob");
    const { ContainerSpec, Networks, Resources } = TaskTemplate;
    assert.equal(ContainerSpec.User, "65534:65534");
    assert.equal(ContainerSpec.ReadOnly, true);
    assert.deepEqual(ContainerSpec.CapabilityDrop, ["ALL"]);
    assert.deepEqual(Networks, [{ Target: "id of lab-scheduler-api" }]);
    assert.equal(EndpointSpec.Ports, undefined);
    assert.ok(Resources.Limits.MemoryBytes > 0);
  });

  test("asks the filter, which runs on every manager with the configuration and publishes nothing", async () => {
    const { ContainerSpec } = (await specOf("swarm-cronjob")).TaskTemplate;
    assert.ok(ContainerSpec.Env.includes("DOCKER_HOST=tcp://swarm-api:2375"));
    const filter = await specOf("api");
    assert.deepEqual(filter.Mode, { Global: {} });
    assert.deepEqual(filter.TaskTemplate.Placement.Constraints, ["node.role == manager"]);
    assert.equal(
      filter.TaskTemplate.ContainerSpec.Configs?.[0]?.ConfigID,
      "id of lab-scheduler-haproxy.cfg",
    );
    assert.deepEqual(filter.TaskTemplate.Networks, [
      { Target: "id of lab-scheduler-api", Aliases: ["swarm-api"] },
    ]);
    assert.equal(filter.EndpointSpec.Ports, undefined);
  });

  test("takes times in the time zone of the cluster, and images from under its mirror", async () => {
    const { TaskTemplate } = await specOf("swarm-cronjob", {
      spec: { timeZone: "Europe/Zurich" },
      mirror: "registry.test/hub",
    });
    const { Env, Image } = TaskTemplate.ContainerSpec;
    assert.ok(Env.includes("TZ=Europe/Zurich"));
    assert.equal(Image, "registry.test/hub/crazymax/swarm-cronjob:1.14.0");
  });
});
