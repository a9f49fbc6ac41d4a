import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { judgeLease } from "../../../provider/swarm/lease";

const now = new Date("2026-03-01T12:00:00Z");

void describe("the cluster's lease", () => {
  void test("is taken until it expires by the managers' clock", () => {
    const labels = { token: "theirs", expires: "2026-03-01T12:00:01.000Z" };
    assert.equal(judgeLease(labels, "ours", now), "taken");
    assert.equal(judgeLease(labels, "ours", new Date("2026-03-01T12:00:02Z")), "expired");
  });

  void test("is ours by its token alone: host name and process number may repeat", () => {
    const labels = { token: "ours", holder: "ci@runner:7", expires: "2026-03-01T12:01:00Z" };
    assert.equal(judgeLease(labels, "ours", now), "mine");
    assert.equal(judgeLease({ ...labels, token: "theirs" }, "ours", now), "taken");
  });

  void test("that says nothing readable binds nobody", () => {
    assert.equal(judgeLease({}, "ours", now), "expired");
    assert.equal(judgeLease({ token: "theirs", expires: "soon" }, "ours", now), "expired");
  });
});
