import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { swarmJob } from "../../../provider/application/jobHandler";
import { jobsVariable } from "../../../provider/application/jobMode";
import type { LiveTask } from "../../../provider/application/types";
import { PartlyCreated } from "../../../provider/server/handler";
import { contextOf, owner } from "./support/context";
import { FakeSwarm, taskOf, type FakeService } from "./support/swarm";

const inputs = {
  name: "shop_job-migrate",
  spec: {
    Labels: { "com.docker.stack.namespace": "shop" },
    TaskTemplate: {
      ContainerSpec: { Image: "registry.test/hello:1" },
      RestartPolicy: { Condition: "none" },
    },
    Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } },
  },
  timeoutSeconds: 30,
  run: "release-1",
};
const swarms: FakeSwarm[] = [];
after(() => {
  for (const swarm of swarms) swarm.stop();
});

/** A Swarm on which each run of the job has one task, which ends as it is told to. */
async function started(end: (service: FakeService, looks: number) => void = completes) {
  const swarm = await FakeSwarm.start();
  swarms.push(swarm);
  const registries = { "registry.test": { username: "puller", password: "secret" } };
  swarm.afterWrite = () => undefined;
  swarm.onLook = end;
  return { swarm, ...contextOf(swarm, registries) };
}

function taskOfRun(service: FakeService, fields: Partial<LiveTask> = {}): LiveTask {
  return taskOf(service, {
    Slot: 1,
    DesiredState: "complete",
    ...(service.JobStatus && { JobIteration: service.JobStatus.JobIteration }),
    ...fields,
  });
}

/** The task of the present run comes at the second look, and is done at the third. */
function completes(service: FakeService): void {
  const now = service.JobStatus?.JobIteration.Index;
  const current = service.tasks.find(({ JobIteration }) => JobIteration?.Index === now);
  looked.set(service, (looked.get(service) ?? 0) + 1);
  if (current === undefined && (looked.get(service) ?? 0) < 2) return;
  const state = current === undefined ? "running" : "complete";
  service.tasks = [
    ...service.tasks.filter((task) => task !== current),
    taskOfRun(service, {
      ID: `run-${now}`,
      Status: { State: state, Timestamp: `2026-01-0${(now ?? 0) + 1}T00:00:00Z` },
    }),
  ];
  if (state === "complete") looked.delete(service);
}
const looked = new WeakMap<FakeService, number>();

const failing = (times: number) => (service: FakeService) => {
  if (service.tasks.length >= times) return;
  service.tasks = [
    ...service.tasks,
    taskOfRun(service, {
      ID: `bad-${service.tasks.length + 1}`,
      Status: { State: "failed", Err: "task: non-zero exit (3)" },
    }),
  ];
};

describe("a job on a Swarm", { concurrency: true }, () => {
  test("is done when its task is, and shows what it wrote last", async () => {
    const { swarm, context, infos } = await started();
    swarm.logs.set("run-0", ["one", "two", "three", "four", "five", "six"]);
    const { id, outputs } = await swarmJob.create(context, inputs);
    assert.deepEqual(outputs, { serviceId: id, completed: "2026-01-01T00:00:00Z" });
    assert.equal(swarm.service("shop_job-migrate").Spec.Labels?.["slipway.stack"], owner);
    assert.deepEqual(
      infos,
      ["two", "three", "four", "five", "six"].map((line) => `shop_job-migrate | ${line}`),
    );
    const create = swarm.requests.find(({ path }) => path === "/services/create");
    assert.deepEqual(create?.registry, { username: "puller", password: "secret" });
  });

  test("runs once more as the next run of the same service, and waits for that one", async () => {
    const { swarm, context } = await started();
    const { id, outputs } = await swarmJob.create(context, inputs);
    const olds = { ...inputs, ...outputs };
    const again = await swarmJob.update(context, id, olds, { ...inputs, run: "release-2" });
    assert.deepEqual(again, { serviceId: id, completed: "2026-01-02T00:00:00Z" });
    const live = swarm.service("shop_job-migrate");
    assert.equal(live.Spec.TaskTemplate?.ForceUpdate, 1);
    assert.equal(live.JobStatus?.JobIteration.Index, 1);
  });

  test("does not run where a release is brought back, and is recorded as that release's", async () => {
    const { context } = await started();
    process.env[jobsVariable] = "skip";
    try {
      const { id, outputs } = await swarmJob.create(context, inputs);
      assert.deepEqual(outputs, { serviceId: "", completed: "" });
      const olds = { ...inputs, ...outputs };
      const next = { ...inputs, run: "release-2" };
      assert.deepEqual(await swarmJob.update(context, id, olds, next), outputs);
      assert.ok(await swarmJob.read(context, id, olds));
      await swarmJob.delete(context, id, olds);
    } finally {
      Reflect.deleteProperty(process.env, jobsVariable);
    }
  });

  test("does not run again where only its time limit has changed", async () => {
    const { swarm, context } = await started();
    const { id, outputs } = await swarmJob.create(context, inputs);
    const writes = swarm.writes.length;
    const olds = { ...inputs, ...outputs };
    const same = await swarmJob.update(context, id, olds, { ...inputs, timeoutSeconds: 5 });
    assert.deepEqual(same, outputs);
    assert.equal(swarm.writes.length, writes);
  });

  test("that fails tells its last lines, stays in the state, and runs again next time", async () => {
    const { swarm, context } = await started(failing(1));
    swarm.logs.set("bad-1", ["migrating", "no such table"]);
    const error = await swarmJob.create(context, inputs).then(
      () => assert.fail("was done"),
      (cause: unknown) => cause,
    );
    assert.ok(error instanceof PartlyCreated);
    assert.equal(
      error.message,
      "the job shop_job-migrate has failed\n  task shop_job-migrate.1 on worker-0: failed: task: non-zero exit (3)\n    | migrating\n    | no such table",
    );
    swarm.onLook = completes;
    const olds = { ...inputs, ...(error.outputs as { serviceId: string; completed: string }) };
    const { completed } = await swarmJob.update(context, error.id, olds, inputs);
    assert.equal(completed, "2026-01-02T00:00:00Z");
  });

  test("is tried again after a failure as often as the file says", async () => {
    const spec = {
      ...inputs.spec,
      TaskTemplate: {
        ...inputs.spec.TaskTemplate,
        RestartPolicy: { Condition: "on-failure", MaxAttempts: 2 },
      },
    };
    const { context } = await started(failing(3));
    await assert.rejects(swarmJob.create(context, { ...inputs, spec }), { message: /has failed/ });
    const second = await started((service) => {
      if (service.tasks.length < 2) failing(2)(service);
      else
        service.tasks = [...service.tasks, taskOfRun(service, { Status: { State: "complete" } })];
    });
    await swarmJob.create(second.context, { ...inputs, spec });
  });

  test("of several tasks is done when all are", async () => {
    const spec = {
      ...inputs.spec,
      Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 3 } },
    };
    const { swarm, context } = await started((service) => {
      const Slot = service.tasks.length + 1;
      if (Slot > 3) return;
      service.tasks = [
        ...service.tasks,
        taskOfRun(service, { Slot, Status: { State: "complete" } }),
      ];
    });
    await swarmJob.create(context, { ...inputs, spec });
    assert.equal(swarm.service("shop_job-migrate").tasks.length, 3);
  });

  test("on every node is done when it is on each", async () => {
    const spec = { ...inputs.spec, Mode: { GlobalJob: {} } };
    let looks = 0;
    const { context } = await started((service) => {
      looks++;
      const on = (NodeID: string, State: string) =>
        taskOfRun(service, { Slot: undefined, NodeID, Status: { State } });
      service.tasks = [on("n1", "complete"), on("n2", looks < 3 ? "running" : "complete")];
    });
    await swarmJob.create(context, { ...inputs, spec });
    assert.equal(looks, 3);
  });

  test("that takes too long is stopped, and says how far it was", async () => {
    const { swarm, context } = await started((service) => {
      service.tasks = [taskOfRun(service, { ID: "slow", Status: { State: "running" } })];
    });
    swarm.logs.set("slow", ["still at it"]);
    await assert.rejects(swarmJob.create(context, { ...inputs, timeoutSeconds: 0.1 }), {
      message:
        "the job shop_job-migrate was not done after 0.1 s (running), and was stopped\n    | still at it",
    });
    assert.equal(swarm.services.size, 0);
  });

  test("that was stopped runs next time as another service, which is found and removed", async () => {
    const { swarm, context } = await started((service) => {
      service.tasks = [
        taskOfRun(service, { Status: { State: "pending", Err: "no suitable node" } }),
      ];
    });
    const error = await swarmJob
      .create(context, { ...inputs, timeoutSeconds: 0.1 })
      .catch((cause: unknown) => cause);
    assert.ok(error instanceof PartlyCreated);
    assert.match(error.message, /\(pending: no suitable node\), and was stopped/);
    swarm.onLook = completes;
    const olds = { ...inputs, ...(error.outputs as { serviceId: string; completed: string }) };
    const outputs = await swarmJob.update(context, error.id, olds, inputs);
    assert.notEqual(outputs.serviceId, error.id);
    assert.notEqual(await swarmJob.read(context, error.id, { ...inputs, ...outputs }), undefined);
    await swarmJob.delete(context, error.id, { ...inputs, ...outputs });
    assert.equal(swarm.services.size, 0);
  });

  test("of somebody else's name is refused", async () => {
    const { swarm, context } = await started();
    swarm.add({ Name: "shop_job-migrate", Labels: {} });
    await assert.rejects(swarmJob.create(context, inputs), {
      message: /^the service shop_job-migrate exists, and was not made by this application/,
    });
  });

  test("that somebody removes is not waited for", async () => {
    const { swarm, context } = await started(() => {
      swarm.services.clear();
    });
    await assert.rejects(swarmJob.create(context, inputs), {
      message: "somebody has removed the job shop_job-migrate",
    });
  });

  test("that somebody else writes at the same time is written again", async () => {
    const { swarm, context } = await started();
    const { id, outputs } = await swarmJob.create(context, inputs);
    const live = swarm.service("shop_job-migrate");
    let writes = 0;
    swarm.intercept = ({ path }) => {
      if (path.endsWith("/update") && ++writes === 1) live.Version = { Index: 1000 };
      return undefined;
    };
    await swarmJob.update(context, id, { ...inputs, ...outputs }, { ...inputs, run: "release-2" });
    assert.equal(writes, 2);
  });
});
