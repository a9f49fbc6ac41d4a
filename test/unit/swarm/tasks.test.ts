import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { drainState, movingReplicas, type Service, type Task } from "../../../provider/swarm/tasks";

let count = 0;
/** `web.1 a running` or `web.1 a running/shutdown`: service, slot, node, state and desired state. */
function task(text: string, Err?: string): Task {
  const [name = "", NodeID = "", states = ""] = text.split(" ");
  const [service = "", slot] = name.split(".");
  const [State = "", DesiredState = "running"] = states.split("/");
  return {
    ID: `task-${count++}`,
    ServiceID: `id-${service}`,
    Slot: slot === undefined ? undefined : Number(slot),
    NodeID: NodeID === "-" ? undefined : NodeID,
    DesiredState,
    Status: { State, Err },
  };
}

function replicated(name: string, Replicas: number): Service {
  return { ID: `id-${name}`, Spec: { Name: name, Mode: { Replicated: { Replicas } } } };
}

function globalService(name: string): Service {
  return { ID: `id-${name}`, Spec: { Name: name, Mode: {} } };
}

const services = [replicated("web", 2), replicated("db", 1), globalService("agent")];

function state(before: Task[], now: Task[], options: { nodeIsDown?: boolean } = {}) {
  return drainState({
    nodeId: "n",
    nodeIsDown: options.nodeIsDown ?? false,
    moving: movingReplicas("n", before),
    services,
    tasks: now,
  });
}

const nothing = { leaving: [], missing: [], stuck: [] };

void describe("draining a node", () => {
  void test("is done at once on a node on which nothing runs", () => {
    const tasks = [task("web.1 a running"), task("web.2 b running"), task("db.1 a running")];
    assert.deepEqual(state(tasks, tasks), nothing);
  });

  void test("waits while tasks on the node have not ended, global ones too", () => {
    const before = [task("web.1 n running"), task("web.2 a running"), task("agent n running")];
    const now = [
      task("web.1 n running/shutdown"),
      task("web.1 a ready/ready"),
      task("web.2 a running"),
      task("agent n running/shutdown"),
    ];
    assert.deepEqual(state(before, now), {
      leaving: ["web", "agent"],
      missing: ["web"],
      stuck: [],
    });
  });

  void test("waits until the replacement runs, not only until it is placed", () => {
    const before = [task("web.1 n running"), task("web.2 a running")];
    const former = [task("web.1 n shutdown/shutdown"), task("web.2 a running")];
    for (const replacement of ["pending", "assigned", "preparing", "starting"])
      assert.deepEqual(state(before, [...former, task(`web.1 b ${replacement}`)]).missing, ["web"]);
    assert.deepEqual(state(before, [...former, task("web.1 b running")]), nothing);
  });

  void test("does not wait for what was broken before", () => {
    const before = [
      task("db.1 n failed/shutdown"),
      task("db.1 n preparing"),
      task("web.1 a running"),
    ];
    const now = [task("db.1 n shutdown/shutdown"), task("db.1 - pending", "no suitable node")];
    assert.deepEqual(state(before, now), nothing);
    const crashing = [task("db.1 a failed/shutdown"), task("db.1 b starting")];
    assert.deepEqual(state(crashing, crashing), nothing);
  });

  void test("takes up a drain that was cut off: what it stopped has to run elsewhere first", () => {
    const tasks = [task("db.1 n shutdown/shutdown"), task("db.1 a preparing")];
    assert.deepEqual(state(tasks, tasks).missing, ["db"]);
    const later = [task("db.1 n shutdown/shutdown"), task("db.1 a running")];
    assert.deepEqual(state(tasks, later), nothing);
    assert.deepEqual(state(later, later), nothing);
  });

  void test("names services that no other node takes, with the scheduler's words", () => {
    const before = [task("db.1 n running")];
    const now = [
      task("db.1 n shutdown/shutdown"),
      task("db.1 - pending/ready", "no suitable node (scheduling constraints not satisfied)"),
    ];
    assert.deepEqual(state(before, now), {
      leaving: [],
      missing: ["db"],
      stuck: ["db (no suitable node (scheduling constraints not satisfied))"],
    });
  });

  void test("is content with a service that was scaled down or removed meanwhile", () => {
    const before = [task("web.1 n running"), task("web.2 a running"), task("web.3 b running")];
    const two = [
      task("web.1 n shutdown/shutdown"),
      task("web.2 a running"),
      task("web.3 b running"),
    ];
    assert.deepEqual(state(before, two), nothing);
    const gone = drainState({
      nodeId: "n",
      nodeIsDown: false,
      moving: movingReplicas("n", before),
      services: [],
      tasks: [],
    });
    assert.deepEqual(gone, nothing);
  });

  void test("ends what is not started again, and does not wait for it elsewhere: jobs", () => {
    const before = [task("job.1 n running"), task("once.1 n running")];
    const jobs: Service[] = [
      {
        ID: "id-job",
        Spec: { ...replicated("job", 1).Spec, Labels: { "swarm.cronjob.enable": "true" } },
      },
      {
        ID: "id-once",
        Spec: {
          ...replicated("once", 1).Spec,
          TaskTemplate: { RestartPolicy: { Condition: "none" } },
        },
      },
    ];
    const looked = (services: Service[], tasks: Task[]) =>
      drainState({
        nodeId: "n",
        nodeIsDown: false,
        moving: movingReplicas("n", before),
        services,
        tasks,
      });
    const stopping = before.map((each) => ({ ...each, DesiredState: "shutdown" }));
    assert.deepEqual(looked(jobs, stopping), {
      leaving: ["job", "once"],
      missing: [],
      stuck: [],
    });
    const ended = stopping.map((each) => ({ ...each, Status: { State: "shutdown" } }));
    assert.deepEqual(looked(jobs, ended), nothing);
    const others = [replicated("job", 1), replicated("once", 1)];
    assert.deepEqual(looked(others, ended).missing, ["job", "once"]);
  });

  void test("does not wait for the last words of a node that is down", () => {
    const before = [task("web.1 n running"), task("web.2 a running"), task("agent n running")];
    const now = [
      task("web.1 n running/shutdown"),
      task("web.1 b running"),
      task("web.2 a running"),
      task("agent n running/shutdown"),
    ];
    assert.deepEqual(state(before, now).leaving, ["web", "agent"]);
    assert.deepEqual(state(before, now, { nodeIsDown: true }), nothing);
  });
});
