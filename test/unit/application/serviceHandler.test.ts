import assert from "node:assert/strict";
import { after, afterEach, describe, test } from "node:test";
import { driftVariable } from "../../../provider/application/driftMode";
import { swarmService } from "../../../provider/application/serviceHandler";
import type { SwarmServiceInputs } from "../../../provider/sdk/shapes";
import { PartlyCreated } from "../../../provider/server/handler";
import { unknown } from "../../../provider/server/unknown";
import { contextOf, owner } from "./support/context";
import { FakeSwarm, runs, taskOf, type FakeService } from "./support/swarm";

const inputs: SwarmServiceInputs = {
  name: "shop_web",
  spec: specOf("registry.test/hello:1"),
  onFailure: "rollback",
  progressDeadlineSeconds: 60,
};
const next: SwarmServiceInputs = { ...inputs, spec: specOf("registry.test/hello:2") };

function specOf(image: string) {
  return {
    Labels: { "com.docker.stack.namespace": "shop" },
    TaskTemplate: { ContainerSpec: { Image: image } },
    Mode: { Replicated: { Replicas: 2 } },
  };
}

const imageOf = ({ Spec }: FakeService) => Spec.TaskTemplate?.ContainerSpec?.Image;
const swarms: FakeSwarm[] = [];
after(() => {
  for (const swarm of swarms) swarm.stop();
});

async function started(managers = 1) {
  const swarm = await FakeSwarm.start(managers);
  swarms.push(swarm);
  const registries = { "registry.test": { username: "puller", password: "secret" } };
  return { swarm, ...contextOf(swarm, registries) };
}

/** A Swarm that runs the service as Slipway has made it. */
async function deployed(given: SwarmServiceInputs = inputs) {
  const all = await started();
  const { id, outputs } = await swarmService.create(all.context, given);
  return { ...all, id, olds: { ...given, ...outputs }, live: all.swarm.service("shop_web") };
}

/** The new task fails, and the managers roll back by themselves or stop, as Docker does after a look or two. */
function failingUpdate(service: FakeService, action: "rollback" | "pause"): void {
  service.tasks = [
    ...service.tasks,
    taskOf(service, {
      ID: "bad-task",
      Slot: 2,
      DesiredState: "shutdown",
      Status: { State: "failed", Err: "task: non-zero exit (1)" },
    }),
  ];
  service.UpdateStatus =
    action === "pause"
      ? {
          State: "paused",
          Message: "update paused due to failure or early termination of task bad-task",
        }
      : {
          State: "rollback_started",
          Message: "update rolled back due to failure of task bad-task",
        };
  if (action === "rollback" && service.PreviousSpec !== undefined) {
    service.Spec = service.PreviousSpec;
  }
}

describe("a service on a Swarm", { concurrency: true }, () => {
  describe("is created", { concurrency: true }, () => {
    test("under its name, with its owner, and is there when its tasks run", async () => {
      const { swarm, context } = await started();
      swarm.afterWrite = (service) => {
        runs(service);
        service.tasks = service.tasks.map((task) => ({ ...task, Status: { State: "starting" } }));
      };
      let seen = 0;
      swarm.onLook = (service, looks) => {
        seen = looks;
        if (looks === 3) runs(service);
      };
      const { id, outputs } = await swarmService.create(context, inputs);
      assert.ok(seen >= 3, "looked until the tasks ran");
      assert.deepEqual(swarm.writes, ["POST /services/create"]);
      const live = swarm.service("shop_web");
      assert.equal(id, live.ID);
      assert.deepEqual(live.Spec.Labels, {
        "com.docker.stack.namespace": "shop",
        "slipway.stack": owner,
      });
      assert.equal(outputs.serviceId, live.ID);
      assert.deepEqual(outputs.applied, {
        ...inputs.spec,
        Name: "shop_web",
        Labels: live.Spec.Labels,
      });
      const create = swarm.requests.find(({ path }) => path === "/services/create");
      assert.deepEqual(create?.registry, { username: "puller", password: "secret" });
    });

    test("and is done when the ingress has had the time to hear of it", async () => {
      const { context } = await started();
      const begin = performance.now();
      await swarmService.create(context, { ...inputs, discoverySeconds: 2.5 });
      assert.ok(performance.now() - begin >= 2500);
    });

    test("from what a killed run has left under its name", async () => {
      const { swarm, context } = await started();
      const left = swarm.add({
        ...specOf("registry.test/hello:0"),
        Name: "shop_web",
        Labels: { "slipway.stack": owner },
      });
      const { id } = await swarmService.create(context, inputs);
      assert.equal(id, left.ID);
      assert.equal(imageOf(left), "registry.test/hello:1");
    });

    test("from what `docker stack deploy` has made for the application of the same name", async () => {
      const { swarm, context } = await started();
      const made = swarm.add({ ...specOf("registry.test/hello:0"), Name: "shop_web" });
      const { id } = await swarmService.create(context, inputs);
      assert.equal(id, made.ID);
      assert.equal(made.Spec.Labels?.["slipway.stack"], owner);
    });

    test("but never from what belongs to somebody else", async () => {
      const { swarm, context } = await started();
      const theirs = swarm.add({
        ...specOf("registry.test/hello:0"),
        Name: "shop_web",
        Labels: { "com.docker.stack.namespace": "shop", "slipway.stack": "slipway/shop-dev" },
      });
      await assert.rejects(swarmService.create(context, inputs), {
        message:
          /^the service shop_web belongs to the Pulumi stack slipway\/shop-dev; give this application another name/,
      });
      assert.equal(imageOf(theirs), "registry.test/hello:0");
    });

    test("and kept where its tasks fail: the error tells where, why and what they wrote", async () => {
      const { swarm, context } = await started();
      swarm.logs.set("bad-2", ["starting", "panic: no database"]);
      swarm.afterWrite = (service) => {
        service.tasks = [1, 2, 3].map((number) =>
          taskOf(service, {
            ID: `bad-${number === 3 ? 2 : number + 10}`,
            Slot: 1,
            DesiredState: "shutdown",
            Status: { State: "failed", Err: "task: non-zero exit (2)" },
          }),
        );
      };
      await assert.rejects(swarmService.create(context, inputs), (error: Error) => {
        assert.ok(error instanceof PartlyCreated);
        assert.equal(error.id, swarm.service("shop_web").ID);
        assert.deepEqual(error.message.split("\n").slice(0, 4), [
          "the rollout of shop_web has failed: its task was started 3 times and ended each time",
          "  task shop_web.1 on worker-0: failed: task: non-zero exit (2)",
          "    | starting",
          "    | panic: no database",
        ]);
        return true;
      });
    });

    test("by the manager that is left when the first one goes away in the middle of it", async () => {
      const { swarm, context } = await started(2);
      swarm.afterWrite = () => undefined;
      swarm.onLook = (service, looks) => {
        if (looks === 1) swarm.kill(0);
        if (looks === 2) runs(service);
      };
      await swarmService.create(context, inputs);
      assert.deepEqual(swarm.writes, ["POST /services/create"]);
      assert.ok(swarm.requests.some(({ endpoint, path }) => endpoint === 1 && path === "/tasks"));
    });

    test("once, though the first manager goes away before it answers", async () => {
      const { swarm, context } = await started(2);
      swarm.intercept = ({ endpoint, path, body }) => {
        if (endpoint !== 0 || path !== "/services/create") return undefined;
        swarm.add(body as Parameters<FakeSwarm["add"]>[0]);
        return "hang up";
      };
      const { id } = await swarmService.create(context, inputs);
      assert.equal(swarm.services.size, 1);
      assert.equal(id, swarm.service("shop_web").ID);
    });
  });

  describe("is updated", { concurrency: true }, () => {
    test("and waits until the managers are done", async () => {
      const { swarm, context, id, olds, live } = await deployed();
      swarm.afterWrite = (service) => {
        service.UpdateStatus = { State: "updating" };
      };
      const start = swarm.requests.length;
      let looks = 0;
      swarm.onLook = (service) => {
        if (++looks === 3) {
          runs(service);
          service.UpdateStatus = { State: "completed" };
        }
      };
      const outputs = await swarmService.update(context, id, olds, next);
      assert.equal(imageOf(live), "registry.test/hello:2");
      assert.deepEqual(outputs.applied.TaskTemplate, next.spec.TaskTemplate);
      const write = swarm.requests.slice(start).find(({ method }) => method === "POST");
      assert.deepEqual(write?.registry, { username: "puller", password: "secret" });
    });

    test("and gives the ingress the time to hear of other labels, and only of those", async () => {
      const { context, id, olds } = await deployed({ ...inputs, discoverySeconds: 2.5 });
      const updated = async (spec: typeof next.spec) => {
        const begin = performance.now();
        await swarmService.update(context, id, olds, { ...olds, spec });
        return performance.now() - begin;
      };
      assert.ok((await updated(next.spec)) < 2500, "the same labels");
      assert.ok((await updated({ ...next.spec, Labels: { route: "new" } })) >= 2500);
    });

    test("though somebody else has written it in between", async () => {
      const { swarm, context, id, olds, live } = await deployed();
      let writes = 0;
      swarm.intercept = ({ path }) => {
        if (path.endsWith("/update") && ++writes <= 2) live.Version = { Index: 1000 + writes };
        return undefined;
      };
      await swarmService.update(context, id, olds, next);
      assert.equal(writes, 3);
      assert.equal(imageOf(live), "registry.test/hello:2");
    });

    test("without a restart of tasks that somebody had restarted by hand", async () => {
      const { context, id, olds, live } = await deployed();
      live.Spec = { ...live.Spec, TaskTemplate: { ...live.Spec.TaskTemplate, ForceUpdate: 4 } };
      runs(live);
      await swarmService.update(context, id, olds, {
        ...inputs,
        spec: { ...inputs.spec, Labels: { a: "b" } },
      });
      assert.equal(live.Spec.TaskTemplate?.ForceUpdate, 4);
    });

    test("is made anew where somebody has removed it", async () => {
      const { swarm, context, id, olds, live } = await deployed();
      swarm.services.delete(live.ID);
      const outputs = await swarmService.update(context, id, olds, next);
      const again = swarm.service("shop_web");
      assert.notEqual(again.ID, live.ID);
      assert.equal(outputs.serviceId, again.ID);
      assert.equal(imageOf(again), "registry.test/hello:2");
      await swarmService.update(context, id, { ...next, ...outputs }, inputs);
      assert.equal(imageOf(again), "registry.test/hello:1");
      await swarmService.delete(context, id, { ...inputs, ...outputs });
      assert.equal(swarm.services.size, 0);
    });

    for (const action of ["rollback", "pause"] as const)
      test(`and brought back when that fails, where the file says failure_action: ${action}`, async () => {
        const { swarm, context, id, olds, live } = await deployed();
        const previous = live.Spec;
        swarm.logs.set("bad-task", ["boom"]);
        swarm.afterWrite = (service) => {
          if (imageOf(service) === "registry.test/hello:2") failingUpdate(service, action);
          else runs(service);
        };
        let looks = 0;
        swarm.onLook = (service) => {
          if (action === "rollback" && ++looks === 4) {
            runs(service);
            service.UpdateStatus = { State: "rollback_completed" };
          }
        };
        await assert.rejects(swarmService.update(context, id, olds, next), (error: Error) => {
          assert.ok(!(error instanceof PartlyCreated), "the state keeps what runs again");
          const lines = error.message.split("\n");
          assert.match(
            lines[0] ?? "",
            /^the rollout of shop_web has failed: update (rolled back|paused) due to failure/,
          );
          assert.deepEqual(lines.slice(1), [
            "  task shop_web.2 on worker-0: failed: task: non-zero exit (1)",
            "    | boom",
            "shop_web runs what it ran before",
          ]);
          return true;
        });
        assert.deepEqual(live.Spec, previous);
      });

    test("and left as it is when that fails, where the file asks for that", async () => {
      const paused = { ...inputs, onFailure: "pause" } as const;
      const { swarm, context, id, olds, live } = await deployed(paused);
      swarm.afterWrite = (service) => {
        failingUpdate(service, "pause");
      };
      await assert.rejects(
        swarmService.update(context, id, olds, { ...paused, spec: next.spec }),
        (error: Error) => {
          assert.ok(error instanceof PartlyCreated, "the state says what is there");
          assert.match(error.message, /\nit stays as it is \(x-slipway\.rollback: pause\)$/);
          const { applied } = error.outputs as typeof olds;
          assert.deepEqual(applied.TaskTemplate, next.spec.TaskTemplate);
          return true;
        },
      );
      assert.equal(imageOf(live), "registry.test/hello:2");
    });

    test("and says so when it can't be brought back", async () => {
      const { swarm, context, id, olds } = await deployed();
      swarm.afterWrite = (service) => {
        failingUpdate(service, "pause");
      };
      await assert.rejects(swarmService.update(context, id, olds, next), {
        message: /\nshop_web could not be brought back to what it ran before: update paused/,
      });
    });

    test("and fails when nothing moves for its progress deadline", async () => {
      const { swarm, context, id, olds } = await deployed();
      swarm.afterWrite = (service) => {
        if (imageOf(service) !== "registry.test/hello:2") runs(service);
        else service.UpdateStatus = { State: "updating" };
      };
      await assert.rejects(
        swarmService.update(context, id, olds, { ...next, progressDeadlineSeconds: 0.2 }),
        { message: /0 of 2 tasks are ready, and nothing has moved for 0\.2 s\nshop_web / },
      );
    });
  });

  test("is removed, also when it is gone already", async () => {
    const { swarm, context, id, olds } = await deployed();
    await swarmService.delete(context, id, olds);
    assert.equal(swarm.services.size, 0);
    await swarmService.delete(context, id, olds);
  });
});

describe("a service that somebody else has changed", () => {
  afterEach(() => {
    Reflect.deleteProperty(process.env, driftVariable);
  });

  async function scaled() {
    const all = await deployed();
    all.live.Spec = { ...all.live.Spec, Mode: { Replicated: { Replicas: 5 } } };
    runs(all.live);
    return all;
  }

  test("is a change that a preview shows, and warns of", async () => {
    const { context, olds, warnings } = await scaled();
    assert.deepEqual(await swarmService.drift?.(context, olds), [
      { path: "spec.Mode.Replicated.Replicas", kind: "updated", isDrift: true },
    ]);
    assert.deepEqual(warnings, [
      "shop_web was changed by somebody else: Mode.Replicated.Replicas: 2 → 5",
    ]);
  });

  test("is told by a refresh as inputs that would describe it", async () => {
    const { context, id, olds } = await scaled();
    const state = await swarmService.read(context, id, olds);
    assert.deepEqual(state?.inputs.spec.Mode, { Replicated: { Replicas: 5 } });
    assert.deepEqual(state.inputs.spec.TaskTemplate, inputs.spec.TaskTemplate);
    assert.deepEqual(state.outputs.applied, olds.applied);
  });

  test("is put back by an update", async () => {
    const { context, id, olds, live } = await scaled();
    const { applied } = await swarmService.update(context, id, olds, inputs);
    assert.deepEqual(live.Spec.Mode, { Replicated: { Replicas: 2 } });
    assert.deepEqual(applied, olds.applied);
  });

  test("is left alone by a run that accepts it, and found again by the next", async () => {
    const { context, id, olds, live } = await scaled();
    process.env[driftVariable] = "accept";
    assert.deepEqual(await swarmService.drift?.(context, olds), []);
    const outputs = await swarmService.update(context, id, olds, next);
    assert.deepEqual(live.Spec.Mode, { Replicated: { Replicas: 5 } });
    assert.equal(imageOf(live), "registry.test/hello:2");
    process.env[driftVariable] = "restore";
    const drift = await swarmService.drift?.(context, { ...next, ...outputs });
    assert.deepEqual(
      drift?.map(({ path }) => path),
      ["spec.Mode.Replicated.Replicas"],
    );
  });

  test("by its removal is told as gone", async () => {
    const { swarm, context, id, olds, live, warnings } = await deployed();
    swarm.services.delete(live.ID);
    assert.equal(await swarmService.read(context, id, olds), undefined);
    assert.deepEqual(await swarmService.drift?.(context, olds), [
      { path: "spec", kind: "deleted", isDrift: true },
    ]);
    assert.deepEqual(warnings, ["shop_web was removed by somebody else"]);
  });
});

describe("the difference of a service's inputs", () => {
  const olds = { ...inputs, serviceId: "s", applied: {} };

  test("is none where they are the same, whatever the order", () => {
    const { Mode, TaskTemplate, Labels } = inputs.spec as ReturnType<typeof specOf>;
    const difference = swarmService.diff(olds, { ...inputs, spec: { Mode, Labels, TaskTemplate } });
    assert.equal(difference.changes, false);
  });

  test("names the place", () => {
    const difference = swarmService.diff(olds, next);
    assert.deepEqual(difference.changedPaths, [
      { path: "spec.TaskTemplate.ContainerSpec.Image", kind: "updated", isDrift: false },
    ]);
    assert.deepEqual(difference.changedKeys, ["spec"]);
    assert.deepEqual(difference.replaces, []);
  });

  test("in the name makes another service", () => {
    const difference = swarmService.diff(olds, { ...inputs, name: "shop_front" });
    assert.deepEqual(difference.replaces, ["name"]);
  });

  test("in the mode makes another service, once the one of before is gone", () => {
    const spec = { ...inputs.spec, Mode: { Global: {} } };
    const difference = swarmService.diff(olds, { ...inputs, spec });
    assert.deepEqual(difference.replaces, ["spec"]);
    assert.equal(difference.deleteBeforeReplace, true);
  });

  test("is a change where a part is not known yet", () => {
    assert.equal(swarmService.diff(olds, { ...inputs, spec: unknown }).changes, true);
    const spec = { ...inputs.spec, TaskTemplate: { ContainerSpec: { Image: unknown } } };
    assert.deepEqual(swarmService.diff(olds, { ...inputs, spec }).changedPaths, [
      { path: "spec.TaskTemplate.ContainerSpec.Image", kind: "updated", isDrift: false },
    ]);
  });
});
