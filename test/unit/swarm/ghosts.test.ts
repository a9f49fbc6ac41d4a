import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { suspects } from "../../../provider/swarm/ghosts";
import { node } from "./support/nodes";

const joined = {
  nodeId: "new",
  machine: "workers-0",
  vmUuid: "uuid-2",
  hostname: "lab-workers-0-g2",
};
const ours = (machine: string, vm?: string) => ({
  "slipway.machine": machine,
  ...(vm !== undefined && { "slipway.vm": vm }),
});

function suspected(labels: Record<string, string>, state = "down", hostname = "elsewhere") {
  const nodes = [
    node("new", { labels: ours("workers-0", "uuid-2") }),
    node("old", { labels, state, hostname }),
  ];
  return suspects(nodes, joined).map(({ node: { ID }, machine, vmUuid }) => ({
    ID,
    machine,
    vmUuid,
  }));
}

void describe("ghosts", () => {
  void test("a node that is down, of another VM of the machine, is a ghost once that VM is gone", () => {
    assert.deepEqual(suspected(ours("workers-0", "uuid-1")), [
      { ID: "old", machine: "workers-0", vmUuid: "uuid-1" },
    ]);
  });

  void test("so is a node of another machine whose VM is gone", () => {
    assert.deepEqual(suspected(ours("workers-7", "uuid-9")), [
      { ID: "old", machine: "workers-7", vmUuid: "uuid-9" },
    ]);
  });

  void test("what the same VM was before is a ghost without asking", () => {
    assert.deepEqual(suspected(ours("workers-0", "uuid-2")), [
      { ID: "old", machine: "workers-0", vmUuid: undefined },
    ]);
  });

  void test("what the same existing host was before is a ghost without asking", () => {
    assert.deepEqual(suspected(ours("workers-0")), [
      { ID: "old", machine: "workers-0", vmUuid: undefined },
    ]);
  });

  void test("a join that was cut off before it got labels is known by its host name", () => {
    assert.deepEqual(suspected({}, "down", "lab-workers-0-g2"), [
      { ID: "old", machine: "workers-0", vmUuid: undefined },
    ]);
  });

  void test("nobody else's node is touched: another existing host, an unlabelled stranger", () => {
    assert.deepEqual(suspected(ours("workers-1")), []);
    assert.deepEqual(suspected({ zone: "a" }), []);
  });

  void test("a node that lives is no ghost, whatever its labels say", () => {
    for (const state of ["ready", "unknown", "disconnected"])
      assert.deepEqual(suspected(ours("workers-0", "uuid-1"), state, "lab-workers-0-g2"), []);
  });
});
