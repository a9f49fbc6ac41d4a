import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { judgeLastManager } from "../../../provider/swarm/lastManager";
import { Removals } from "../../../provider/cluster/removals";
import { node } from "./support/nodes";

const own = node("m0", { role: "manager" });
const worker = node("w0", { labels: { "slipway.machine": "workers-0" } });
const none = () => false;

void describe("the last manager", () => {
  void test("leaves when it is alone, or when all others are down", () => {
    assert.deepEqual(judgeLastManager([own], "m0", none), { kind: "leave" });
    assert.deepEqual(judgeLastManager([own, node("w1", { state: "down" })], "m0", none), {
      kind: "leave",
    });
  });

  void test("waits for nodes that live", () => {
    assert.deepEqual(judgeLastManager([own, worker, node("stranger")], "m0", none), {
      kind: "wait",
      others: ["workers-0", "stranger"],
    });
  });

  void test("waits for a node of which its managers have lost track only just now", () => {
    const unknown = node("w1", { state: "unknown" });
    assert.equal(judgeLastManager([own, unknown], "m0", none).kind, "wait");
  });

  void test("stays at once when a node has to stay", () => {
    const verdict = judgeLastManager([own, worker], "m0", (id) => id === "w0");
    assert.ok(verdict.kind === "refuse");
    assert.match(verdict.reason, /removal of workers-0 has failed/);
  });
});

void describe("removals of one run", () => {
  void test("are known while they are under way and forgotten when they went well", async () => {
    const removals = new Removals();
    let finish: () => void = () => undefined;
    const pending = new Promise<void>((resolve) => (finish = resolve));
    const removal = removals.track("w0", { machine: "workers-0", role: "worker" }, () => pending);
    assert.equal(removals.workersUnderWay, true);
    finish();
    await removal;
    assert.equal(removals.workersUnderWay, false);
    assert.equal(removals.hasFailed("w0"), false);
  });

  void test("are remembered when they failed, until they are tried again", async () => {
    const removals = new Removals();
    const worker0 = { machine: "workers-0", role: "worker" } as const;
    const refused = removals.track("w0", worker0, () => Promise.reject(new Error("holds data")));
    await assert.rejects(refused, /holds data/);
    assert.deepEqual(removals.failedWorkers, ["workers-0"]);
    assert.equal(removals.hasFailed("w0"), true);
    assert.equal(removals.workersUnderWay, false);
    await removals.track("w0", worker0, () => Promise.resolve());
    assert.deepEqual(removals.failedWorkers, []);
  });

  void test("managers are no workers", () => {
    const removals = new Removals();
    void removals.track(
      "m0",
      { machine: "managers-0", role: "manager" },
      () => new Promise(() => undefined),
    );
    assert.equal(removals.workersUnderWay, false);
  });
});
