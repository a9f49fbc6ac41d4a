import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { labCache, labLayout } from "../../../lab/layout";

describe("where a lab keeps its things", () => {
  test("LAB_DIR decides, an argument before it, the user's state folder by default", () => {
    const env = { LAB_DIR: "/srv/lab", XDG_STATE_HOME: "/state" };
    assert.equal(labLayout(undefined, env).dir, "/srv/lab");
    assert.equal(labLayout("/other", env).dir, "/other");
    assert.equal(labLayout(undefined, { XDG_STATE_HOME: "/state" }).dir, "/state/slipway/lab");
  });

  test("an empty LAB_DIR is no LAB_DIR", () => {
    assert.equal(labLayout(undefined, { LAB_DIR: "", XDG_STATE_HOME: "/s" }).dir, "/s/slipway/lab");
  });

  test("sockets stay short however deep LAB_DIR is", () => {
    const deep = `/${"a-rather-long-folder-name/".repeat(8)}lab`;
    const longest = `${labLayout(deep).run}/docker/containerd/containerd.sock.ttrpc`;
    assert.ok(longest.length < 108, longest);
  });

  test("labs in different folders have different names on the host", () => {
    assert.notEqual(labLayout("/a").id, labLayout("/b").id);
    assert.equal(labLayout("/a/").id, labLayout("/a").id);
  });

  test("what the next lab uses again is in the cache", () => {
    assert.equal(labCache({ XDG_CACHE_HOME: "/cache" }), "/cache/slipway/lab");
  });
});
