import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { judge, type Rollout, type Verdict } from "../../../provider/application/judge";
import type {
  LiveService,
  LiveTask,
  ServiceSpec,
  UpdateState,
} from "../../../provider/application/types";

const template = { ContainerSpec: { Image: "hello:2" }, ForceUpdate: 0 };
const old = { ...template, ContainerSpec: { Image: "hello:1" } };

function service(
  update?: UpdateState,
  mode: ServiceSpec["Mode"] = { Replicated: { Replicas: 2 } },
): LiveService {
  return {
    ID: "s",
    Version: { Index: 1 },
    Spec: { Name: "shop_web", TaskTemplate: template, Mode: mode },
    ...(update !== undefined && { UpdateStatus: { State: update, Message: `it is ${update}` } }),
  };
}

let count = 0;
function task(slot: number | string, state = "running", fields: Partial<LiveTask> = {}): LiveTask {
  const isOver = /^(failed|rejected|shutdown|complete)$/.test(state);
  return {
    ID: `t${++count}`,
    CreatedAt: new Date(count * 1000).toISOString(),
    ...(typeof slot === "number" ? { Slot: slot, NodeID: "n1" } : { NodeID: slot }),
    Spec: template,
    DesiredState: isOver ? "shutdown" : "running",
    Status: { State: state },
    ...fields,
  };
}
const failures = (place: number | string, times: number) =>
  Array.from({ length: times }, () => task(place, "failed"));

const waiting = (slot: number | string) => task(slot, "ready", { DesiredState: "ready" });
const pending = task(2, "pending", {
  Status: { State: "pending", Err: "no suitable node (insufficient resources on 2 nodes)" },
});
const global: ServiceSpec["Mode"] = { Global: {} };
const moving = (ready: number, wanted: number) => ({ state: "moving", ready, wanted }) as const;
const converged: Verdict = { state: "converged" };

const cases: readonly [string, Partial<Rollout>, Verdict][] = [
  ["has arrived when all its tasks run what it says", {}, converged],
  ["has not arrived before the managers could begin an update", { settled: false }, moving(2, 2)],
  ["has not arrived while tasks start", { tasks: [task(1), task(2, "starting")] }, moving(1, 2)],
  ["has not arrived while a task is missing", { tasks: [task(1)] }, moving(1, 2)],
  [
    "has not arrived while one too many is to run",
    { tasks: [task(1), task(2), task(3)] },
    moving(3, 2),
  ],
  [
    "has not arrived while tasks run what it said before",
    { tasks: [task(1), task(2, "running", { Spec: old })] },
    moving(1, 2),
  ],
  [
    "does not need new tasks where only a constraint has changed",
    {
      service: {
        ...service(),
        Spec: {
          ...service().Spec,
          TaskTemplate: { ...template, Placement: { Constraints: ["a==b"] } },
        },
      },
    },
    converged,
  ],
  [
    "has not arrived during an update, though all tasks are new",
    { service: service("updating") },
    moving(2, 2),
  ],
  ["has arrived when the update is over", { service: service("completed") }, converged],
  [
    "has failed when the update has paused",
    { service: service("paused") },
    { state: "failed", reason: "it is paused" },
  ],
  [
    "has failed when the managers roll it back",
    { service: service("rollback_started") },
    { state: "failed", reason: "it is rollback_started" },
  ],
  [
    "has failed when the managers have rolled it back",
    { service: service("rollback_completed") },
    { state: "failed", reason: "it is rollback_completed" },
  ],
  [
    "is waited for while the managers roll it back, when that is wanted",
    { service: service("rollback_started"), rollingBack: true },
    moving(2, 2),
  ],
  [
    "is back when the managers have rolled it back, when that is wanted",
    { service: service("rollback_completed"), rollingBack: true },
    converged,
  ],
  [
    "can't be brought back when the way back has paused too",
    { service: service("rollback_paused"), rollingBack: true },
    { state: "failed", reason: "it is rollback_paused" },
  ],
  [
    "may fail twice at a place: it may wait for something",
    { tasks: [...failures(1, 2), task(1, "starting"), ...failures(2, 2), task(2)] },
    moving(1, 2),
  ],
  [
    "has failed when a task was started three times at one place",
    { tasks: [...failures(1, 3), task(1, "starting"), task(2)] },
    { state: "failed", reason: "its task was started 3 times and ended each time" },
  ],
  [
    "counts tasks that ended without an error, which a service should not",
    { tasks: [task(1, "complete"), task(1, "complete"), task(1, "complete"), task(2)] },
    { state: "failed", reason: "its task was started 3 times and ended each time" },
  ],
  [
    "counts tasks that a node has refused",
    { tasks: [task(1, "rejected"), task(1, "rejected"), task(1, "rejected"), task(2)] },
    { state: "failed", reason: "its task was started 3 times and ended each time" },
  ],
  [
    "leaves it to the managers during an update how many failures are too many",
    { service: service("updating"), tasks: [...failures(1, 5), task(1, "starting"), task(2)] },
    moving(1, 2),
  ],
  [
    "says why no node takes a task",
    { tasks: [task(1), pending] },
    { ...moving(1, 2), stuck: "no suitable node (insufficient resources on 2 nodes)" },
  ],
  [
    "is not stuck where a task waits for its turn",
    { tasks: [task(1), task(2, "pending")] },
    moving(1, 2),
  ],
  [
    "without replicas has arrived without tasks",
    { service: service(undefined, { Replicated: { Replicas: 0 } }), tasks: [] },
    converged,
  ],
  [
    "scaled to nothing waits until the last task is on its way out",
    { service: service(undefined, { Replicated: { Replicas: 0 } }), tasks: [task(1)] },
    moving(1, 0),
  ],
  [
    "has one replica where it does not say",
    { service: service(undefined, { Replicated: {} }), tasks: [task(1)] },
    converged,
  ],
  [
    "on every node has arrived when it runs on all",
    { service: service(undefined, global), tasks: [task("n1"), task("n2")] },
    converged,
  ],
  [
    "on every node waits for the last one",
    { service: service(undefined, global), tasks: [task("n1"), task("n2", "starting")] },
    moving(1, 2),
  ],
  [
    "on every node has not arrived while a failed task waits to be started again",
    {
      service: service(undefined, global),
      tasks: [task("n1"), task("n2", "failed"), waiting("n2")],
    },
    moving(1, 2),
  ],
  [
    "on every node has not arrived while all of them wait to be started again",
    { service: service(undefined, global), tasks: [task("n1", "failed"), waiting("n1")] },
    moving(0, 1),
  ],
  [
    "on every node has not arrived where a task has failed for good",
    { service: service(undefined, global), tasks: [task("n1"), task("n2", "failed")] },
    moving(1, 2),
  ],
  [
    "on every node has arrived when the failed task runs after all",
    { service: service(undefined, global), tasks: [task("n1"), task("n2", "failed"), task("n2")] },
    converged,
  ],
  [
    "on every node loops where it fails on one",
    { service: service(undefined, global), tasks: [task("n1"), ...failures("n2", 3)] },
    { state: "failed", reason: "its task was started 3 times and ended each time" },
  ],
];

describe("a service", () => {
  for (const [name, changes, expected] of cases)
    test(name, () => {
      const rollout: Rollout = {
        service: service(),
        tasks: [task(1), task(2)],
        before: new Set(),
        settled: true,
        rollingBack: false,
        ...changes,
      };
      assert.deepEqual(judge(rollout), expected);
    });

  test("that is started at its times is not waited for: its tasks end, and ending early looks like a failure", () => {
    const scheduled = service("paused", { Replicated: { Replicas: 1 } });
    const Spec = { ...scheduled.Spec, Labels: { "swarm.cronjob.enable": "true" } };
    const rollout = {
      service: { ...scheduled, Spec },
      tasks: [task(1, "complete"), task(1, "failed"), ...failures(1, 3)],
      before: new Set<string>(),
      settled: true,
      rollingBack: false,
    };
    assert.deepEqual(judge(rollout), converged);
    assert.deepEqual(judge({ ...rollout, settled: false }), moving(0, 0));
    assert.equal(judge({ ...rollout, service: scheduled }).state, "failed");
  });

  test("is not judged by what became of tasks that were there before", () => {
    const earlier = failures(1, 4);
    const rollout = {
      service: service(),
      tasks: [...earlier, task(1), task(2)],
      before: new Set(earlier.map(({ ID }) => ID)),
      settled: true,
      rollingBack: false,
    };
    assert.deepEqual(judge(rollout), converged);
    assert.equal(judge({ ...rollout, before: new Set() }).state, "converged");
    const starting = { ...rollout, tasks: [...earlier, task(1, "starting"), task(2)] };
    assert.equal(judge(starting).state, "moving");
    assert.equal(judge({ ...starting, before: new Set<string>() }).state, "failed");
  });
});
